// Anchors: the ledger as a transparency-log witness. One head a participant, and nothing but growth is accepted.
import { canonicalBytes, fromHex, hex, sha256, type JsonObject } from '../canonical';
import { verifyConsistency } from '../merkle';
import type { CommandOf } from './commands';
import { ledgerKeys } from './keys';
import { effects, mustBeAbsent, refuse, type Rule } from './state';

export interface Anchor extends JsonObject {
  readonly participant: string;
  readonly seq: number;
  readonly size: number;
  readonly root: string;
  /** `anchorHash` of the anchor before; null for the first. Two chains of anchors can be told apart from one value. */
  readonly previous: string | null;
}

/** Root of the tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1). */
const EMPTY_ROOT = hex(sha256());

/** Hex SHA-256 of an anchor's canonical bytes: what the next anchor names as `previous`. */
export function anchorHash(anchor: Anchor): string {
  return hex(sha256(canonicalBytes(anchor)));
}

export const anchorBatch: Rule<'AnchorBatch'> = {
  keys: ({ seq }, by) => [ledgerKeys.anchorHead(by), ledgerKeys.anchor(by, seq)],
  apply(command, { by }, state) {
    const { type, seq, size, root, previous } = command;
    const head = state.get(ledgerKeys.anchorHead(by)) as Anchor | undefined;
    sequenceMustFollow(command, head);
    treeMustGrow(command, head);
    mustBeAbsent(state, ledgerKeys.anchor(by, seq), 'LEDGER_ANCHOR_REPLAYED');
    const value: Anchor = { participant: by, seq, size, root, previous };
    return effects(type, { key: ledgerKeys.anchor(by, seq), value }, { key: ledgerKeys.anchorHead(by), value });
  },
};

function sequenceMustFollow({ seq }: CommandOf<'AnchorBatch'>, head: Anchor | undefined): void {
  const next = (head?.seq ?? 0) + 1;
  if (seq > next) refuse('LEDGER_ANCHOR_GAP', { seq, next });
  if (seq < next) refuse('LEDGER_ANCHOR_REPLAYED', { seq, next });
}

function treeMustGrow(command: CommandOf<'AnchorBatch'>, head: Anchor | undefined): void {
  if (command.previous !== (head === undefined ? null : anchorHash(head)))
    refuse('LEDGER_ANCHOR_FORK', { seq: command.seq });
  if (command.size < (head?.size ?? 0)) refuse('LEDGER_ANCHOR_ROLLBACK', { size: command.size, head: head?.size ?? 0 });
  if (!continues(command, head)) refuse('LEDGER_ANCHOR_FORK', { seq: command.seq, size: command.size });
}

function continues({ size, root, consistency }: CommandOf<'AnchorBatch'>, head: Anchor | undefined): boolean {
  if (size === 0) return root === EMPTY_ROOT && consistency.length === 0;
  // RFC 9162 §2.1.4 defines no proof from the empty tree: every tree continues it.
  if (head === undefined || head.size === 0) return consistency.length === 0;
  return verifyConsistency({
    first: head.size,
    second: size,
    firstRoot: fromHex(head.root, 32),
    secondRoot: fromHex(root, 32),
    proof: consistency.map((node) => fromHex(node, 32)),
  });
}
