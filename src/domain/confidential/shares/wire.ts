// A share as bytes inside its envelope: one tag byte, the blinding, then a seed or the cells.
import { Refusal } from '../../refusals';
import { readScalars, SCALAR_BYTES, writeScalars, type Opening } from '../certificate';
import { SEED_BYTES } from './expand';
import type { Share } from './split';

const SEED = 1;
const CELLS = 2;

/** Bytes of a share: 65 for a seed, 33 + 32 a cell otherwise. */
export function writeShare(share: Share): Uint8Array {
  const rest = share.of === 'seed' ? share.seed : writeScalars(share.cells);
  return new Uint8Array(
    Buffer.concat([Uint8Array.of(share.of === 'seed' ? SEED : CELLS), writeScalars([share.blinding]), rest]),
  );
}

/** Refuses SHARE_MALFORMED for any other tag, length or unreduced number. */
export function readShare(bytes: Uint8Array, count: number): Share {
  const blinding = readScalars(bytes.subarray(1, 1 + SCALAR_BYTES), 1)[0] ?? 0n;
  const rest = bytes.slice(1 + SCALAR_BYTES);
  if (bytes[0] === SEED && rest.length === SEED_BYTES) return { of: 'seed', seed: rest, blinding };
  if (bytes[0] === CELLS) return { of: 'cells', cells: readScalars(rest, count), blinding };
  throw new Refusal('SHARE_MALFORMED', { bytes: bytes.length });
}

/** A node's sum and its blinding as bytes: the blinding first. */
export const writeOpening = ({ cells, blinding }: Opening): Uint8Array => writeScalars([blinding, ...cells]);

/** Refuses SHARE_MALFORMED unless exactly `count` cells and a blinding are there. */
export function readOpening(bytes: Uint8Array, count: number): Opening {
  const [blinding = 0n, ...cells] = readScalars(bytes, count + 1);
  return { cells, blinding };
}
