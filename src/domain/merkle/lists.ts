// The tree questions asked of a plain list of leaf hashes.
import { Tree } from './tree';

/** Root over the leaf hashes in order; SHA-256 of nothing for none (RFC 9162 §2.1.1). */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  return Tree.of(leafHashes).root();
}

/** Inclusion proof of leaf `index`, leaf to root (RFC 9162 §2.1.3.1). RangeError outside the list. */
export function inclusionProof(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  return Tree.of(leafHashes).inclusion(index);
}

/** Proof that the first `first` leaves are a prefix (RFC 9162 §2.1.4.1). RangeError for 0 or beyond the list. */
export function consistencyProof(leafHashes: readonly Uint8Array[], first: number): Uint8Array[] {
  return Tree.of(leafHashes).consistency(first);
}
