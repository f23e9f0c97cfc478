// What a participant's tree is made of: 34 bytes a leaf, a kind and a commitment, nothing that can be read.
import { concatBytes, sha256, utf8 } from '../canonical';
import { leafHash } from '../merkle';

/** Kinds of leaves and their byte. */
export const leafKinds = {
  COMPLETED: 1,
  REFUSED: 2,
  NO_ANSWER: 3,
  NO_ACK: 4,
  MISMATCH: 5,
  ADMIN: 6,
  KEY: 7,
  ERASED: 8,
  PAD: 9,
  OPENED: 10,
} as const;
export type LeafKind = keyof typeof leafKinds;

/** 0x01 ‖ kind ‖ E: 34 bytes. The commitment is E, or for kinds without an answer another 32-byte digest. */
export function leafOf(kind: LeafKind, commitment: Uint8Array): Uint8Array {
  if (commitment.length !== 32) throw new RangeError('a leaf commits to 32 bytes');
  return concatBytes(Uint8Array.of(1, leafKinds[kind]), commitment);
}

/** RFC 9162 hash of the leaf, as the tree takes it. 32 bytes. */
export function leafHashOf(kind: LeafKind, commitment: Uint8Array): Uint8Array {
  return leafHash(leafOf(kind, commitment));
}

/** What a NO_ANSWER leaf commits to: there is a request, but no E without an answer. */
export function unansweredHash(requestBytes: Uint8Array): Uint8Array {
  return sha256(sha256(utf8('dx/v1/no-answer')), sha256(requestBytes));
}
