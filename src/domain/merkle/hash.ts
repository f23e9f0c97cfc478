// The two hashes of an RFC 9162 tree; the prefix byte keeps a leaf from ever passing as a node.
import { hash } from 'node:crypto';

const LEAF = Uint8Array.of(0);

/** SHA-256(0x00 ‖ entry), 32 bytes (RFC 9162 §2.1.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', Buffer.concat([LEAF, entry]), 'buffer'));
}

/** SHA-256(0x01 ‖ left ‖ right), 32 bytes (RFC 9162 §2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(32);
  writeNodeHash(left, right, out, 0);
  return new Uint8Array(out.buffer, out.byteOffset, 32);
}

// One scratch block for all calls: nothing here yields, so nothing can interleave.
const block = Buffer.alloc(65, 1);

/** Writes the node hash at `offset` of `out`. Latin-1 text is the fastest way a digest leaves node:crypto (measured). */
export function writeNodeHash(left: Uint8Array, right: Uint8Array, out: Buffer, offset: number): void {
  block.set(left, 1);
  block.set(right, 33);
  out.write(hash('sha256', block, 'binary'), offset, 'latin1');
}

/** SHA-256 of nothing: the root of the empty tree. */
export const EMPTY_ROOT = new Uint8Array(hash('sha256', '', 'buffer'));
