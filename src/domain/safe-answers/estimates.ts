// What a measure says in one cell: a value with the two ends of its 95 % interval, from noisy columns alone.
import type { Aggregate, PlannedMeasure } from '../templates/plan';
import { nearest } from './decimal';
import { ceilDiv, floorDiv } from './rational';

/** Fixed-point integers at 10^−scale; low ≤ value ≤ high. */
export interface Estimate {
  readonly value: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly scale: number;
}

/** A noisy number and how far its noise reaches. */
export interface Noisy {
  readonly at: bigint;
  readonly reach: bigint;
}

export type Bounded = Extract<Aggregate, { of: 'sum' }>;
type Of<T extends PlannedMeasure['of']> = Extract<PlannedMeasure, { of: T }>;

/** Decimals that a division adds to the scale of its column. */
export const EXTRA_DIGITS = 2;

const least = (...all: readonly bigint[]): bigint => all.reduce((a, b) => (a < b ? a : b));
const most = (...all: readonly bigint[]): bigint => all.reduce((a, b) => (a > b ? a : b));
const clamp = (n: bigint, low: bigint, high: bigint): bigint => most(low, least(high, n));

/** A count: never below 0; `shown` is the consistent value where counts were made to add up. */
export function countEstimate({ at, reach }: Noisy, shown = most(0n, at)): Estimate {
  return { value: shown, low: least(shown, most(0n, at - reach)), high: most(shown, at + reach), scale: 0 };
}

/** A sum; not below 0 where no unit can contribute below 0, not above 0 where none can contribute above. */
export function sumEstimate(
  { scale }: Pick<Of<'sum'>, 'scale'>,
  total: Noisy,
  { lowest, highest }: Pick<Bounded, 'lowest' | 'highest'>,
): Estimate {
  const inside = (n: bigint): bigint => {
    const notBelow = lowest >= 0n ? most(0n, n) : n;
    return highest <= 0n ? least(0n, notBelow) : notBelow;
  };
  return { value: inside(total.at), low: inside(total.at - total.reach), high: inside(total.at + total.reach), scale };
}

/** The ends of a/b over all a in A and b in B, B ≥ 1, in units of 1/factor, rounded outward. */
function ratioEnds(a: Noisy, b: Noisy, factor: bigint): readonly [bigint, bigint] {
  const tops = [a.at - a.reach, a.at + a.reach];
  const bottoms = [most(1n, b.at - b.reach), most(1n, b.at + b.reach)];
  const pairs = tops.flatMap((top) => bottoms.map((bottom) => ({ top: top * factor, bottom })));
  return [least(...pairs.map((p) => floorDiv(p.top, p.bottom))), most(...pairs.map((p) => ceilDiv(p.top, p.bottom)))];
}

/** Noisy centred sum / max(1, noisy rows) + midpoint, inside the column's declared bounds. */
export function meanEstimate(
  measure: Pick<Of<'mean'>, 'scale' | 'midpoint'>,
  total: Noisy,
  rows: Noisy,
  bounds: Pick<Bounded, 'low' | 'high'>,
): Estimate {
  const factor = 10n ** BigInt(EXTRA_DIGITS);
  const inside = (n: bigint): bigint => clamp(n + measure.midpoint * factor, bounds.low * factor, bounds.high * factor);
  const [low, high] = ratioEnds(total, rows, factor);
  return {
    value: inside(nearest(total.at * factor, most(1n, rows.at))),
    low: inside(low),
    high: inside(high),
    scale: measure.scale + EXTRA_DIGITS,
  };
}

/** Second moment − (first moment)², both about the midpoint, inside [0, halfWidth²]; in squared units of the column. */
export function varianceEstimate(
  measure: Pick<Of<'variance'>, 'scale' | 'halfWidth'>,
  total: Noisy,
  squares: Noisy,
  rows: Noisy,
): Estimate {
  const factor = 10n ** BigInt(EXTRA_DIGITS);
  const inside = (n: bigint): bigint => clamp(n, 0n, measure.halfWidth * measure.halfWidth * factor);
  const n = most(1n, rows.at);
  const [firstLow, firstHigh] = ratioEnds(total, rows, factor);
  const [secondLow, secondHigh] = ratioEnds(squares, rows, factor);
  const [a, b] = [firstLow * firstLow, firstHigh * firstHigh];
  const straddles = firstLow < 0n && firstHigh > 0n;
  return {
    value: inside(nearest((squares.at * n - total.at * total.at) * factor, n * n)),
    low: inside(secondLow - ceilDiv(most(a, b), factor)),
    high: inside(secondHigh - floorDiv(straddles ? 0n : least(a, b), factor)),
    scale: 2 * measure.scale + EXTRA_DIGITS,
  };
}
