// Rights that pass from one to another: the holder drafts, the other side signs the draft, the ledger takes it with both.
import { thumbprint, signJws } from '../../domain/identity';
import { APPROVAL_TYP, approvalPayload, type CommandOf } from '../../domain/ledger';
import type { Committed, Ledger } from '../../domain/ledger/port';
import type { Keyring } from '../../wire';
import type { Market } from './market';

/** A ledger command that still gathers approvals. */
export type RightDraft = CommandOf<'TransferRight'> | CommandOf<'LicenseRight'>;

/** The draft with our approval of exactly these terms; signing twice is signing once. */
export function approveRight(draft: RightDraft, { participant, receipt }: Keyring): RightDraft {
  const certificate = thumbprint(receipt.certificate);
  const jws = signJws(APPROVAL_TYP, approvalPayload(draft, participant), receipt);
  const others = draft.approvals.filter(({ by }) => by !== participant);
  return { ...draft, approvals: [...others, { by: participant, certificate, jws }] };
}

/** Refuses what the ledger refuses: LEDGER_APPROVAL_MISSING, LEDGER_NOT_YOURS, LEDGER_VERSION_WRONG, … */
export const submitRight = (market: Market, ledger: Ledger, draft: RightDraft): Promise<Committed> =>
  market.say(ledger, draft);
