// How a vector and its blinding lie in the slots: cells first, then the blinding in eight limbs of 36 bits.
import { Refusal } from '../../refusals';
import { mod, type Opening } from '../certificate';
import { BLINDING_LIMBS, DEGREE, LIMB_BITS } from './parameters';

const MASK = (1n << LIMB_BITS) - 1n;
/** Most cells of one ciphertext. */
export const MAX_CELLS = DEGREE - BLINDING_LIMBS;

/** Slot values of an opening; limbs stay below 2^36, so 2^13 of them fit the 50-bit plain modulus. */
export function toSlots({ cells, blinding }: Opening): BigInt64Array {
  if (cells.length > MAX_CELLS) throw new Refusal('QUESTION_MALFORMED', { cells: cells.length });
  const slots = new BigInt64Array(DEGREE);
  slots.set(cells);
  for (let limb = 0; limb < BLINDING_LIMBS; limb += 1)
    slots[cells.length + limb] = (mod(blinding) >> (LIMB_BITS * BigInt(limb))) & MASK;
  return slots;
}

/** The sum of openings from the sum of their slots. */
export function fromSlots(slots: BigInt64Array, count: number): Opening {
  let blinding = 0n;
  for (let limb = BLINDING_LIMBS - 1; limb >= 0; limb -= 1)
    blinding = (blinding << LIMB_BITS) + (slots[count + limb] ?? 0n);
  return { cells: Array.from(slots.subarray(0, count)), blinding: mod(blinding) };
}
