// Hashes of what happened elsewhere: agreements, settlements, computation steps, and commitments of any other kind.
import { approvalKeys, approversOf } from './approvals';
import { ledgerKeys } from './keys';
import { hasRole, participantIn } from './participants';
import { effects, mustBeAbsent, need, refuse, without, type Rule } from './state';

export const recordAgreement: Rule<'RecordAgreement'> = {
  keys: (command) => [
    ledgerKeys.agreement(command.agreement),
    ...command.parties.map(ledgerKeys.participant),
    ...approvalKeys(command),
  ],
  apply(command, { by }, state) {
    const { type, agreement, parties, hash } = command;
    for (const party of parties) participantIn(state, party);
    const agreed = [by, ...approversOf(command, by, state)];
    // The exchange may write down what the parties signed elsewhere; an approval counts only from a party.
    if (!parties.includes(by) && !hasRole(state, by, 'operator')) refuse('LEDGER_NOT_A_PARTY', { agreement });
    mustBeAbsent(state, ledgerKeys.agreement(agreement));
    const value = { parties, hash, by, agreed: agreed.filter((one) => parties.includes(one)) };
    return effects(type, { key: ledgerKeys.agreement(agreement), value });
  },
};

export const recordSettlement: Rule<'RecordSettlement'> = {
  keys: ({ settlement, agreement }) => [
    ledgerKeys.settlement(settlement),
    ...(agreement === undefined ? [] : [ledgerKeys.agreement(agreement)]),
  ],
  apply({ type, settlement, agreement, hash }, { by }, state) {
    mustBeAbsent(state, ledgerKeys.settlement(settlement));
    const parties = agreement === undefined ? [] : partiesOf(agreement, state);
    if (!parties.includes(by) && !hasRole(state, by, 'operator')) refuse('LEDGER_NOT_A_PARTY', { settlement });
    return effects(type, { key: ledgerKeys.settlement(settlement), value: without({ hash, agreement, by }) });
  },
};

function partiesOf(agreement: string, state: Parameters<typeof need>[0]): readonly string[] {
  return need(state, ledgerKeys.agreement(agreement), 'LEDGER_AGREEMENT_UNKNOWN')['parties'] as readonly string[];
}

export const recordStep: Rule<'RecordStep'> = {
  keys: ({ computation, step }, by) => [ledgerKeys.step(computation, by, step)],
  apply({ type, computation, step, inputs, outputs }, { by }, state) {
    const key = ledgerKeys.step(computation, by, step);
    mustBeAbsent(state, key);
    return effects(type, { key, value: { by, inputs, outputs } });
  },
};

/** The signer is part of the key: nobody can take another's place in a stream, nor see a bid and copy its id. */
export const recordHash: Rule<'RecordHash'> = {
  keys: ({ stream, id }, by) => [ledgerKeys.hash(stream, by, id)],
  apply({ type, stream, id, hash }, { by }, state) {
    const key = ledgerKeys.hash(stream, by, id);
    mustBeAbsent(state, key);
    return effects(type, { key, value: { by, hash } });
  },
};
