// When a batch of leaves is sealed, how many blind leaves hide its volume, and what its anchor says.
import { hex } from '../canonical';
import type { Tree } from '../merkle';

export const BATCH_LEAVES = 1024;
export const BATCH_MS = 2_000;
export const HEARTBEAT_MS = 60_000;

/** Sizes are rounded up to this many leaves, so that a head tells little about the volume behind it. */
export const PAD_TO = 256;

export interface Waiting {
  /** Leaves not yet sealed. */
  readonly leaves: number;
  /** When the oldest of them was appended; any value when there is none. */
  readonly oldestAt: number;
  /** When the last batch was sealed. */
  readonly sealedAt: number;
}

export type SealReason = 'FULL' | 'AGED' | 'HEARTBEAT';

/** Why to seal now (milliseconds), or undefined to wait: 1,024 leaves, or the oldest 2 s old, or 60 s without a batch. */
export function sealReason(waiting: Waiting, now: number): SealReason | undefined {
  if (waiting.leaves >= BATCH_LEAVES) return 'FULL';
  if (waiting.leaves > 0 && now - waiting.oldestAt >= BATCH_MS) return 'AGED';
  return now - waiting.sealedAt >= HEARTBEAT_MS ? 'HEARTBEAT' : undefined;
}

/** How many PAD leaves (each of 32 fresh random bytes) fill a batch up; an empty heartbeat is padded like any other. */
export function padsFor(leaves: number, multiple: number = PAD_TO): number {
  return leaves === 0 ? multiple : (multiple - (leaves % multiple)) % multiple;
}

/** A participant's newest head on the ledger. */
export interface AnchoredHead {
  readonly seq: number;
  readonly size: number;
  /** Hash of the anchor's value on the ledger, as the next anchor names it. */
  readonly hash: string;
}

/** The body of an `AnchorBatch` command; hashes in hex. */
export interface AnchorBody {
  readonly seq: number;
  readonly size: number;
  readonly root: string;
  readonly consistency: string[];
  readonly previous: string | null;
}

/** The anchor that moves a participant's head on the ledger from `before` to the whole tree. */
export function anchorBody(tree: Tree, before: AnchoredHead | undefined): AnchorBody {
  // From size 0 and to the same size there is nothing to prove (RFC 9162 §2.1.4).
  const proof = before && before.size > 0 && before.size < tree.size ? tree.consistency(before.size) : [];
  return {
    seq: (before?.seq ?? 0) + 1,
    size: tree.size,
    root: hex(tree.root()),
    consistency: proof.map(hex),
    previous: before?.hash ?? null,
  };
}
