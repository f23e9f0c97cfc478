// Does storage still hold the tree that was anchored? Recompute everything, and name the first record that is wrong.
import { bytesEqual, fromHex } from '../canonical';
import { leafHash, Tree } from '../merkle';

/** A leaf as stored: the 34 bytes, and the hash that was put into the tree. */
export interface StoredLeaf {
  readonly leaf: Uint8Array;
  readonly hash: Uint8Array;
}

/** An anchor of the participant, oldest first, as the ledger holds it. */
export interface AnchoredRoot {
  readonly seq: number;
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

export type Fault =
  /** The leaf at this index does not hash to what was put into the tree. */
  | { readonly of: 'leaf'; readonly index: number }
  /** Fewer leaves stored than the ledger says were anchored. */
  | { readonly of: 'missing'; readonly seq: number; readonly stored: number; readonly anchored: number }
  /** The leaves are whole, but this is the first anchor they do not lead to: one of (after, upTo] was replaced. */
  | { readonly of: 'root'; readonly seq: number; readonly after: number; readonly upTo: number }
  /** The ledger's numbers do not follow one another. */
  | { readonly of: 'sequence'; readonly seq: number };

/** The first fault of a participant's stored tree against its anchors, or undefined when all is as anchored. */
export function fsck(leaves: Iterable<StoredLeaf>, anchors: readonly AnchoredRoot[]): Fault | undefined {
  const tree = new Tree();
  for (const { leaf, hash } of leaves) {
    if (!bytesEqual(leafHash(leaf), hash)) return { of: 'leaf', index: tree.size };
    tree.append(hash);
  }
  let before = { seq: 0, size: 0 };
  for (const anchor of anchors) {
    const { seq, size, root } = anchor;
    if (seq !== before.seq + 1 || size < before.size) return { of: 'sequence', seq };
    if (size > tree.size) return { of: 'missing', seq, stored: tree.size, anchored: size };
    if (!bytesEqual(tree.root(size), fromHex(root, 32))) return { of: 'root', seq, after: before.size, upTo: size };
    before = anchor;
  }
  return undefined;
}
