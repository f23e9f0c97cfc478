// The logistic link in integers: every source computes the chance of a row from the same table, bit for bit, without a float.
import { expNegative, UNIT } from '../safe-answers/bounds';
import { rational } from '../safe-answers/rational';
import type { Factor, Link } from './plan';

/** A linear predictor is an integer number of 2^−40. */
export const PREDICTOR_BITS = 40n;
/** A chance is an integer number of 2^−20. */
export const CHANCE_BITS = 20n;
export const CERTAIN = 1n << CHANCE_BITS;
/** Table entries stand 2^35 (1/32 of the predictor) apart, from −16 to 16. */
export const STRIDE = 1n << 35n;
export const FARTHEST = 1n << (PREDICTOR_BITS + 4n);
const INTERVALS = (2n * FARTHEST) / STRIDE;

/**
 * How far a table chance may be from the true one: interpolation errs by at most stride²/8·max|σ''| = 1.18e−5, rounding by 2^−20,
 * and beyond ±16 the true one is within 1.2e−7 of 0 or 1.
 */
export const CHANCE_ERROR = rational(1n, 1n << 16n);

let table: readonly bigint[] | undefined;

/** σ(−16), σ(−16 + 1/32), …, σ(16), each rounded to 2^−20; 1,025 entries that never fall. */
export function chances(): readonly bigint[] {
  table ??= Array.from({ length: Number(INTERVALS) + 1 }, (_, at) => {
    const steps = BigInt(at) - INTERVALS / 2n;
    const size = steps < 0n ? -steps : steps;
    // 1/(1 + e^−|x|): its bounds are 2^−190 apart, so both round to the same integer.
    const upper = 1n + UNIT + expNegative(rational(size, 32n)).lo;
    const half = (2n * UNIT * CERTAIN + upper) / (2n * upper);
    return steps < 0n ? CERTAIN - half : half;
  });
  return table;
}

/** The chance at a predictor: the nearest table entries, joined by a straight line, rounded half up. */
export function chanceAt(predictor: bigint): bigint {
  const held = predictor < -FARTHEST ? -FARTHEST : predictor >= FARTHEST ? FARTHEST - 1n : predictor;
  const place = held + FARTHEST;
  const [at, rest] = [Number(place / STRIDE), place % STRIDE];
  const [low = 0n, high = 0n] = chances().slice(at, at + 2);
  return low + ((high - low) * rest + STRIDE / 2n) / STRIDE;
}

/** The predictor of one row from its clamped, centred numbers in the order of the link's factors. */
export const predictorOf = ({ constant, terms }: Link, centred: (factor: Factor) => bigint): bigint =>
  terms.reduce((sum, { factor, slope }) => sum + slope * centred(factor), constant);
