// Arithmetic on ranges of fractions: whatever holds for the noisy sums' ranges holds for the result. Rounded outward, no floats.
import { ceilDiv, floorDiv, isqrt, type Rational } from '../../safe-answers/rational';

/** A range in units of 2^−128: fixed point, so that long calculations stay short. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

const BITS = 128n;
const ONE = 1n << BITS;

export const around = (middle: Rational, half: Rational): Range => ({
  low: floorDiv((middle.num * half.den - half.num * middle.den) << BITS, middle.den * half.den),
  high: ceilDiv((middle.num * half.den + half.num * middle.den) << BITS, middle.den * half.den),
});
export const exactly = (value: Rational): Range => around(value, { num: 0n, den: 1n });
export const fractions = ({ low, high }: Range): { readonly low: Rational; readonly high: Rational } => ({
  low: { num: low, den: ONE },
  high: { num: high, den: ONE },
});

const least = (...all: readonly bigint[]): bigint => all.reduce((a, b) => (b < a ? b : a));
const most = (...all: readonly bigint[]): bigint => all.reduce((a, b) => (b > a ? b : a));

export const plus = (a: Range, b: Range): Range => ({ low: a.low + b.low, high: a.high + b.high });
export const minus = (a: Range, b: Range): Range => ({ low: a.low - b.high, high: a.high - b.low });

export function times(a: Range, b: Range): Range {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return { low: least(...corners) >> BITS, high: -(-most(...corners) >> BITS) };
}

/** a², never below zero. */
export function squared(a: Range): Range {
  const [low, high] = [a.low * a.low, a.high * a.high];
  const bottom = a.low <= 0n && a.high >= 0n ? 0n : least(low, high);
  return { low: bottom >> BITS, high: -(-most(low, high) >> BITS) };
}

/** a/b, or undefined when b may be zero. */
export function over(a: Range, b: Range): Range | undefined {
  if (b.low <= 0n && b.high >= 0n) return undefined;
  const corners = [a.low, a.high].flatMap((x) =>
    [b.low, b.high].map((y) => (y > 0n ? ([x << BITS, y] as const) : ([-x << BITS, -y] as const))),
  );
  return {
    low: least(...corners.map(([num, den]) => floorDiv(num, den))),
    high: most(...corners.map(([num, den]) => ceilDiv(num, den))),
  };
}

/** √a for what of a is not negative. */
export const root = (a: Range): Range => ({
  low: a.low <= 0n ? 0n : isqrt(a.low << BITS),
  high: a.high <= 0n ? 0n : isqrt(a.high << BITS) + 1n,
});

/** What of the range lies in [low, high]; an empty meeting becomes the nearer end. */
export const within = (a: Range, low: Rational, high: Rational): Range => {
  const [bottom, top] = [exactly(low).low, exactly(high).high];
  return { low: most(bottom, least(a.low, top)), high: least(top, most(a.high, bottom)) };
};

/** Ranges that hold every solution of a linear system whose numbers lie in the given ranges; undefined when it may be singular. */
export function solved(rows: readonly (readonly Range[])[]): readonly Range[] | undefined {
  const system = rows.map((row) => [...row]);
  const size = system.length;
  for (let at = 0; at < size; at += 1) {
    const free = system.slice(at).filter((row) => over(exactly({ num: 1n, den: 1n }), row[at] ?? zero));
    // The pivot farthest from zero keeps the ranges narrowest.
    const pivot = free.sort((a, b) => (nearness(b[at] ?? zero) > nearness(a[at] ?? zero) ? 1 : -1))[0];
    if (!pivot) return undefined;
    const place = system.indexOf(pivot);
    [system[at], system[place]] = [pivot, system[at] ?? []];
    const scaled = pivot.map((value, column) => (column === at ? one : over(value, pivot[at] ?? zero)));
    system.forEach((row, index) => {
      if (index === at) return;
      const by = row[at] ?? zero;
      system[index] = row.map((value, column) =>
        column === at ? zero : minus(value, times(by, scaled[column] ?? zero)),
      );
    });
    system[at] = scaled.map((value) => value ?? zero);
  }
  return system.map((row) => row[size] ?? zero);
}

const zero: Range = { low: 0n, high: 0n };
const one: Range = { low: ONE, high: ONE };
const nearness = ({ low, high }: Range): bigint => (low > 0n ? low : -high);
