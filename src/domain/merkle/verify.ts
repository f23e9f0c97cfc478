// Proof checking, as RFC 9162 writes it down; sizes may exceed 2^32, so no 32-bit shifts.
import { bytesEqual } from '../canonical';
import { nodeHash } from './hash';

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export interface ConsistencyClaim {
  readonly first: number;
  readonly second: number;
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True when the leaf stands at `index` of the tree of `size` leaves with this root (RFC 9162 §2.1.3.2). */
export function verifyInclusion({ leafHash, index, size, proof, root }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leafHash, ...proof])) return false;
  const at = new Position(index, size - 1);
  let hash = leafHash;
  for (const sibling of proof) {
    if (at.last === 0) return false;
    if (at.isRight()) {
      hash = nodeHash(sibling, hash);
      at.skipToRight();
    } else {
      hash = nodeHash(hash, sibling);
    }
    at.up();
  }
  return at.last === 0 && bytesEqual(hash, root);
}

/**
 * True when the tree of `second` leaves starts with the tree of `first` leaves (RFC 9162 §2.1.4.2). From size 0 nothing
 * can be proved, so it is always false.
 */
export function verifyConsistency({ first, second, firstRoot, secondRoot, proof }: ConsistencyClaim): boolean {
  if (!isCount(first) || !isCount(second) || first < 1 || first > second) return false;
  if (first === second) return proof.length === 0 && bytesEqual(firstRoot, secondRoot);
  if (proof.length === 0 || !areHashes([firstRoot, ...proof])) return false;
  const [seed, ...path] = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  if (seed === undefined) return false;
  const at = new Position(first - 1, second - 1);
  while (at.isOdd()) at.up();
  let [older, newer] = [seed, seed];
  for (const sibling of path) {
    if (at.last === 0) return false;
    if (at.isRight()) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      at.skipToRight();
    } else {
      newer = nodeHash(newer, sibling);
    }
    at.up();
  }
  return at.last === 0 && bytesEqual(older, firstRoot) && bytesEqual(newer, secondRoot);
}

/** fn and sn of the RFC: a node's number at the present level, and the last node's. */
class Position {
  constructor(
    private node: number,
    public last: number,
  ) {}

  isOdd(): boolean {
    return this.node % 2 === 1;
  }

  isRight(): boolean {
    return this.isOdd() || this.node === this.last;
  }

  /** A last node without sibling rises unchanged until it is a right child. */
  skipToRight(): void {
    while (!this.isOdd() && this.node !== 0) this.up();
  }

  up(): void {
    this.node = Math.floor(this.node / 2);
    this.last = Math.floor(this.last / 2);
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

function areHashes(list: readonly Uint8Array[]): boolean {
  return list.every((hash) => hash.length === 32);
}
