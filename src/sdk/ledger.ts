// The ledger as a participant outside the exchange has it: by the exchange's routes, or at its own organisation's Fabric peer.
import { type Chosen, LedgerChoice, participantLedger, type PeerLedger, peerLedgers } from '../adapters/ledger/choice';
import type { Command } from '../domain/ledger';
import type { Committed, Ledger, LedgerSigner } from '../domain/ledger/port';
import { Refusal } from '../domain/refusals';
import { type Keyring, ledgerSigner } from '../wire';

export { LedgerChoice, type PeerLedger };

/** Dialled when first used; the caller closes it. Throws plainly when LEDGER=fabric comes without FABRIC_PROFILE. */
export const ledgerOf = (choice: Chosen, exchangeUrl: string, keys: Keyring, now: () => number): Ledger =>
  participantLedger(choice, { exchangeUrl, signer: ledgerSigner(keys), now });

/** The ledger as each organisation's own peer has it, asked under our certificate; the caller closes them. */
export const peersOf = (choice: Chosen, exchangeUrl: string, keys: Keyring, now: () => number): readonly PeerLedger[] =>
  peerLedgers(choice, { exchangeUrl, signer: ledgerSigner(keys), now });

const TRIES = 12;

/** Says one thing to the ledger; prepared anew when something it rests on moved meanwhile, which changes nothing. Refuses what the rules refuse. */
export async function say(ledger: Ledger, command: Command, signer: LedgerSigner): Promise<Committed> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await ledger.submit(await ledger.prepare(command, signer));
    } catch (error) {
      if (left === 1 || !(error instanceof Refusal) || error.code !== 'LEDGER_CONFLICT') throw error;
    }
  }
}
