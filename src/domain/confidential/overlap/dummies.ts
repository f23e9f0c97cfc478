// The noise of the overlap: points that a node puts into both lists, and as many more that only fill up, so that lengths say nothing.
import { parseRational } from '../../safe-answers/rational';
import { drawNoise } from '../noise';
import type { Random } from '../shares/split';
import { shiftOf } from './shift';

/** Points that every node adds to each list. None where a test build compares exact counts. */
export const added = (scale: string): number => (scale === 'none' ? 0 : Number(2n * shiftOf(parseRational(scale))));

/** How many of them are in both lists: shift + noise, cut to [0, 2·shift]. */
export function shared(scale: string, random: Random): number {
  if (scale === 'none') return 0;
  const shift = shiftOf(parseRational(scale));
  const [noise = 0n] = drawNoise(scale, 1, random);
  const count = shift + noise;
  return Number(count < 0n ? 0n : count > 2n * shift ? 2n * shift : count);
}
