// The three rights over a repository: holding, processing, usage; shared out, licensed, and handed on by two signatures.
import type { JsonObject } from '../canonical';
import { approvalKeys, approversOf } from './approvals';
import { ledgerKeys } from './keys';
import { participantIn } from './participants';
import { ownRepository } from './repositories';
import { effects, mustBeAbsent, need, refuse, termMustHold, without, type Rule, type State } from './state';

export interface Right extends JsonObject {
  readonly repository: string;
  readonly kind: 'holding' | 'processing' | 'usage';
  readonly holder: string;
  readonly shareBp: number;
  readonly from: number;
  readonly version: number;
}

/** Basis points of one right that are given out already; the whole is 10,000. */
function sharesGiven(state: State, key: string): number {
  return Number(state.get(key)?.['totalBp'] ?? 0);
}

/** A right its holder may pass on: a licence may not be licensed or transferred further. */
function ownRight(state: State, right: string, by: string): Right {
  const found = need<Right>(state, ledgerKeys.right(right), 'LEDGER_RIGHT_UNKNOWN');
  if (found.holder !== by) refuse('LEDGER_NOT_YOURS', { right });
  return found['parent'] === undefined ? found : refuse('LEDGER_RIGHT_FIXED', { right });
}

export const registerRight: Rule<'RegisterRight'> = {
  keys: ({ right, repository, kind, holder }) => [
    ledgerKeys.right(right),
    ledgerKeys.repository(repository),
    ledgerKeys.shares(repository, kind),
    ledgerKeys.participant(holder),
  ],
  apply({ type, right, repository, kind, holder, shareBp, from, until }, { by }, state) {
    ownRepository(state, repository, by);
    participantIn(state, holder);
    mustBeAbsent(state, ledgerKeys.right(right));
    termMustHold(from, until);
    const totalBp = sharesGiven(state, ledgerKeys.shares(repository, kind)) + shareBp;
    if (totalBp > 10_000) refuse('LEDGER_SHARES_EXCEEDED', { repository, totalBp });
    const value = without({ repository, kind, holder, shareBp, from, until, version: 1 });
    const shares = { key: ledgerKeys.shares(repository, kind), value: { totalBp } };
    return effects(type, { key: ledgerKeys.right(right), value }, shares);
  },
};

export const licenseRight: Rule<'LicenseRight'> = {
  keys: (command) => [
    ledgerKeys.right(command.right),
    ledgerKeys.right(command.parent),
    ledgerKeys.participant(command.holder),
    ...approvalKeys(command),
  ],
  apply(command, { by }, state) {
    const { type, right, parent, holder, shareBp, from, until, agreement } = command;
    const above = ownRight(state, parent, by);
    if (above.kind !== 'usage') refuse('LEDGER_RIGHT_FIXED', { right: parent });
    if (shareBp > above.shareBp) refuse('LEDGER_SHARES_EXCEEDED', { right: parent, shareBp });
    if (!approversOf(command, by, state).includes(holder)) refuse('LEDGER_APPROVAL_MISSING', { holder });
    mustBeAbsent(state, ledgerKeys.right(right));
    termMustHold(from, until);
    const end = above['until'];
    if (from < above.from || (typeof end === 'number' && until > end)) refuse('LEDGER_TERM_EMPTY', { right: parent });
    const { repository, kind } = above;
    const value = { repository, kind, holder, shareBp, from, until, parent, agreement, version: 1 };
    return effects(type, { key: ledgerKeys.right(right), value });
  },
};

export const transferRight: Rule<'TransferRight'> = {
  keys: (command) => [ledgerKeys.right(command.right), ledgerKeys.participant(command.to), ...approvalKeys(command)],
  apply(command, { by }, state) {
    const { type, right, version, to, agreement } = command;
    const before = ownRight(state, right, by);
    if (version !== before.version) refuse('LEDGER_VERSION_WRONG', { right, version });
    participantIn(state, to);
    if (!approversOf(command, by, state).includes(to)) refuse('LEDGER_APPROVAL_MISSING', { to });
    const value = { ...before, holder: to, agreement, version: version + 1 };
    return effects(type, { key: ledgerKeys.right(right), value });
  },
};
