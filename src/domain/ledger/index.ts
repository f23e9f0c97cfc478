// The room's door: commands, rules, transactions, proofs, and the port behind which the real ledgers stand.
export { anchorHash, type Anchor } from './anchors';
export { apply, keysOf } from './apply';
export { APPROVAL_TYP, approvalPayload } from './approvals';
export { Command, type CommandOf, type CommandType } from './commands';
export { ANSWER_BLOCKS } from './disputes';
export { ledgerKeys } from './keys';
export { openingKey, type Opening } from './openings';
export { thumbprintOf } from './participants';
export { ledgerRefusals, type LedgerRefusalCode } from './refusals';
export { Approval, Role, Use } from './shapes';
export type { Context, Effects, State, Write } from './state';
