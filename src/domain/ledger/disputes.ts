// "You never anchored it": answered by an inclusion proof before a height, or defaulted for all to see.
import { fromHex, type JsonObject } from '../canonical';
import { verifyInclusion } from '../merkle';
import type { Anchor } from './anchors';
import type { CommandOf } from './commands';
import { ledgerKeys } from './keys';
import { participantIn } from './participants';
import { effects, mustBeAbsent, need, refuse, type Rule, type State } from './state';

/** Fewest blocks the accused has for its answer; without it a dispute could default before it was seen. */
export const ANSWER_BLOCKS = 20;

export interface Dispute extends JsonObject {
  readonly opener: string;
  readonly against: string;
  readonly leaf: string;
  readonly deadline: number;
  readonly status: 'open' | 'resolved' | 'defaulted' | 'withdrawn';
}

function openDisputeIn(state: State, dispute: string): Dispute {
  const found = need<Dispute>(state, ledgerKeys.dispute(dispute), 'LEDGER_DISPUTE_UNKNOWN');
  return found.status === 'open' ? found : refuse('LEDGER_DISPUTE_CLOSED', { dispute });
}

export const openDispute: Rule<'OpenDispute'> = {
  keys: ({ dispute, against }) => [ledgerKeys.dispute(dispute), ledgerKeys.participant(against)],
  apply({ type, dispute, against, leaf, deadline }, { by, height }, state) {
    participantIn(state, against);
    if (against === by) refuse('LEDGER_DISPUTE_SELF');
    if (deadline < height + ANSWER_BLOCKS) refuse('LEDGER_DISPUTE_TOO_SHORT', { deadline, height });
    mustBeAbsent(state, ledgerKeys.dispute(dispute));
    const value: Dispute = { opener: by, against, leaf, deadline, status: 'open' };
    return effects(type, { key: ledgerKeys.dispute(dispute), value });
  },
};

export const answerDispute: Rule<'AnswerDispute'> = {
  keys: ({ dispute, seq }, by) => [ledgerKeys.dispute(dispute), ledgerKeys.anchor(by, seq)],
  apply(command, { by, height }, state) {
    const before = openDisputeIn(state, command.dispute);
    if (before.against !== by) refuse('LEDGER_NOT_YOURS', { dispute: command.dispute });
    if (height > before.deadline) refuse('LEDGER_DISPUTE_LATE', { deadline: before.deadline, height });
    const anchor = need<Anchor>(state, ledgerKeys.anchor(by, command.seq), 'LEDGER_ANCHOR_UNKNOWN');
    if (!holds(command, before.leaf, anchor)) refuse('LEDGER_DISPUTE_UNPROVED', { dispute: command.dispute });
    const value = { ...before, status: 'resolved', seq: command.seq };
    return effects(command.type, { key: ledgerKeys.dispute(command.dispute), value });
  },
};

function holds({ index, proof }: CommandOf<'AnswerDispute'>, leaf: string, { size, root }: Anchor): boolean {
  if (index >= size) return false;
  return verifyInclusion({
    leafHash: fromHex(leaf, 32),
    index,
    size,
    proof: proof.map((node) => fromHex(node, 32)),
    root: fromHex(root, 32),
  });
}

/** The opener may withdraw at any time; after the deadline anyone may put the default on record. */
export const closeDispute: Rule<'CloseDispute'> = {
  keys: ({ dispute }) => [ledgerKeys.dispute(dispute)],
  apply({ type, dispute }, { by, height }, state) {
    const before = openDisputeIn(state, dispute);
    const over = height > before.deadline;
    if (!over && by !== before.opener) refuse('LEDGER_DISPUTE_EARLY', { deadline: before.deadline, height });
    const status = over ? 'defaulted' : 'withdrawn';
    return effects(type, { key: ledgerKeys.dispute(dispute), value: { ...before, status } });
  },
};
