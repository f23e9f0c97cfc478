// Shares modulo 2^64 in typed arrays: 2 ns a cell, for vectors far beyond what a group product can follow.
import { createCipheriv } from 'node:crypto';
import { concatBytes, hex, sha256, utf8 } from '../../canonical';
import { Refusal } from '../../refusals';
import { SEED_BYTES, type Random } from '../shares';

/** Cells of one tile: the unit of hashing. */
export const TILE = 1024;

export interface LargeShare {
  readonly seed: Uint8Array;
  /** Present for the third share only; the first two are made of their seeds. */
  readonly cells?: BigUint64Array;
}

const KEY = 'aggregora/large-share/1';

/** `count` uniform words of a seed. */
export function wordsOf(seed: Uint8Array, count: number): BigUint64Array {
  const cipher = createCipheriv('aes-256-ctr', sha256(utf8(`${KEY}\0`), seed), new Uint8Array(16));
  const bytes = cipher.update(new Uint8Array(count * 8));
  return bytes.byteOffset % 8 === 0
    ? new BigUint64Array(bytes.buffer, bytes.byteOffset, count)
    : new BigUint64Array(new Uint8Array(bytes).buffer);
}

export const cellsOf = (share: LargeShare, count: number): BigUint64Array => share.cells ?? wordsOf(share.seed, count);

/** Adds in place, modulo 2^64; the typed array wraps by itself. */
export function addInto(total: BigUint64Array, more: BigUint64Array): BigUint64Array {
  if (total.length !== more.length) throw new Refusal('SHARE_MALFORMED', { cells: more.length });
  for (let at = 0; at < total.length; at += 1) total[at] = (total[at] as bigint) + (more[at] as bigint);
  return total;
}

/** Three shares of signed cells. */
export function splitLarge(cells: BigInt64Array, random: Random): readonly [LargeShare, LargeShare, LargeShare] {
  const seeds = [random(SEED_BYTES), random(SEED_BYTES), random(SEED_BYTES)] as const;
  const rest = new BigUint64Array(cells.length);
  const [a, b] = [wordsOf(seeds[0], cells.length), wordsOf(seeds[1], cells.length)];
  for (let at = 0; at < rest.length; at += 1) rest[at] = (cells[at] as bigint) - (a[at] as bigint) - (b[at] as bigint);
  return [{ seed: seeds[0] }, { seed: seeds[1] }, { seed: seeds[2], cells: rest }];
}

/** Signed cells of the sum of all three. */
export const centred64 = (total: BigUint64Array): BigInt64Array =>
  new BigInt64Array(total.buffer, total.byteOffset, total.length);

export const bytesOf = (cells: BigUint64Array): Uint8Array =>
  new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);

/** SHA-256 a tile, and one hash over them. The seed salts it: tiles of equal cells would otherwise show. */
export function shareRoot(share: LargeShare, count: number): string {
  const bytes = bytesOf(cellsOf(share, count));
  const salt = sha256(utf8('aggregora/tile-salt/1\0'), share.seed);
  const tiles = Array.from({ length: Math.ceil(count / TILE) }, (_, at) =>
    sha256(salt, bytes.subarray(at * TILE * 8, (at + 1) * TILE * 8)),
  );
  return hex(sha256(utf8('aggregora/tiles/1\0'), ...tiles));
}

/** Refuses SHARE_MISMATCH unless the share is the recorded one. */
export function checkRoot(share: LargeShare, count: number, root: string, repository: string): void {
  if (share.cells && share.cells.length !== count) throw new Refusal('SHARE_MALFORMED', { repository });
  if (shareRoot(share, count) !== root) throw new Refusal('SHARE_MISMATCH', { repository });
}

/** Seed, then the cells of a third share. */
export const writeLarge = ({ seed, cells }: LargeShare): Uint8Array =>
  cells ? concatBytes(seed, bytesOf(cells)) : seed;

/** Refuses SHARE_MALFORMED for any other length. */
export function readLarge(bytes: Uint8Array, count: number): LargeShare {
  if (bytes.length === SEED_BYTES) return { seed: bytes.slice() };
  if (bytes.length !== SEED_BYTES + count * 8) throw new Refusal('SHARE_MALFORMED', { bytes: bytes.length });
  return { seed: bytes.slice(0, SEED_BYTES), cells: new BigUint64Array(bytes.slice(SEED_BYTES).buffer) };
}

/** Level C for one node alone: its own shares, which say nothing without the others', add up with its noise to what it sent. */
export function nodeSumHolds(
  shares: readonly LargeShare[],
  roots: readonly string[],
  noise: BigInt64Array,
  sent: BigUint64Array,
): boolean {
  const total = new BigUint64Array(noise.buffer.slice(noise.byteOffset, noise.byteOffset + noise.byteLength));
  const same = shares.every((share, at) => shareRoot(share, sent.length) === roots[at]);
  if (!same) return false;
  shares.forEach((share) => addInto(total, cellsOf(share, sent.length)));
  return total.every((cell, at) => cell === sent[at]);
}
