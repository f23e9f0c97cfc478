// The compact form of a tree: enough to append and to know the root, at most 53 hashes whatever the size.
import { EMPTY_ROOT, nodeHash } from './hash';

/** `nodes` are the roots of the complete subtrees, largest first: one for every 1 bit of `size`. */
export interface Frontier {
  readonly size: number;
  readonly nodes: readonly Uint8Array[];
}

export const EMPTY: Frontier = { size: 0, nodes: [] };

/** The frontier with one more leaf hash; the old one is unchanged. */
export function append(frontier: Frontier, leafHash: Uint8Array): Frontier {
  const nodes = [...frontier.nodes];
  let node = leafHash;
  for (let left = frontier.size; left % 2 === 1; left = (left - 1) / 2) {
    node = nodeHash(nodes.pop() ?? lost(), node);
  }
  return { size: frontier.size + 1, nodes: [...nodes, node] };
}

/** The root of the tree the frontier stands for. */
export function frontierRoot(frontier: Frontier): Uint8Array {
  const [last, ...rest] = frontier.nodes.toReversed();
  return last === undefined ? EMPTY_ROOT.slice() : rest.reduce((right, left) => nodeHash(left, right), last);
}

function lost(): never {
  throw new RangeError('a frontier has one node for every 1 bit of its size');
}
