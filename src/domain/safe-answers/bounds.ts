// Proven lower and upper bounds of exp, ln, square root and the normal distribution, in fixed point and without a float.
import { ceilDiv, floorDiv, isqrt, rational, type Rational } from './rational';

/** Every bound is an integer number of 2^−192. */
export const BITS = 192n;
export const UNIT = 1n << BITS;

/** lo ≤ the true value · 2^192 ≤ hi. */
export interface Bounds {
  readonly lo: bigint;
  readonly hi: bigint;
}

const down = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
const up = (a: bigint, b: bigint): bigint => -((-a * b) >> BITS);

/** The fraction itself, rounded outward. */
export const fixed = ({ num, den }: Rational): Bounds => ({
  lo: floorDiv(num * UNIT, den),
  hi: ceilDiv(num * UNIT, den),
});

/** Bounds as fractions, for callers that go on in exact arithmetic. */
export const lowerOf = (b: Bounds): Rational => rational(b.lo, UNIT);
export const upperOf = (b: Bounds): Rational => rational(b.hi, UNIT);

/** exp(z) for 0 ≤ z ≤ 1/2 by Taylor's series; the rest after the last term is below that term (ratio ≤ 1/2). */
function expSmall(z: Bounds): Bounds {
  let [lo, hi, termLo, termHi] = [UNIT, UNIT, UNIT, UNIT];
  for (let n = 1n; termHi > 1n; n += 1n) {
    termLo = floorDiv(down(termLo, z.lo), n);
    termHi = ceilDiv(up(termHi, z.hi), n);
    lo += termLo;
    hi += termHi;
  }
  return { lo, hi: hi + termHi + 1n };
}

/** exp(−y) for y ≥ 0: halve y until small, take the series, square back, invert. */
export function expNegative(y: Rational): Bounds {
  if (y.num < 0n) throw new RangeError('exp is bounded here for arguments at most 0');
  if (y.num > y.den * 200n) return { lo: 0n, hi: 1n };
  let halvings = 0n;
  while (y.num * 2n > y.den << halvings) halvings += 1n;
  let { lo, hi } = expSmall(fixed(rational(y.num, y.den << halvings)));
  for (let i = 0n; i < halvings; i += 1n) [lo, hi] = [down(lo, lo), up(hi, hi)];
  return { lo: (UNIT * UNIT) / hi, hi: ceilDiv(UNIT * UNIT, lo) };
}

/** ln m for 1 ≤ m ≤ 2 as 2·artanh z, z = (m − 1)/(m + 1) ≤ 1/3; the rest is below 1/8 of the last term. */
function lnSmall(m: Rational): Bounds {
  const z = fixed(rational(m.num - m.den, m.num + m.den));
  let [powerLo, powerHi, lo, hi, last] = [z.lo, z.hi, 0n, 0n, 0n];
  for (let n = 1n; powerHi > 1n; n += 2n) {
    last = ceilDiv(powerHi, n);
    lo += powerLo / n;
    hi += last;
    powerLo = down(powerLo, down(z.lo, z.lo));
    powerHi = up(powerHi, up(z.hi, z.hi));
  }
  return { lo: 2n * lo, hi: 2n * (hi + last + 1n) };
}

const ln2 = lnSmall({ num: 2n, den: 1n });

/** ln x for x > 0. */
export function ln(x: Rational): Bounds {
  if (x.num <= 0n) throw new RangeError('ln needs a positive argument');
  let [num, den, twos] = [x.num, x.den, 0n];
  for (; num >= 2n * den; twos += 1n) den *= 2n;
  for (; num < den; twos -= 1n) num *= 2n;
  const rest = lnSmall(rational(num, den));
  const [low, high] = twos < 0n ? [ln2.hi, ln2.lo] : [ln2.lo, ln2.hi];
  return { lo: rest.lo + twos * low, hi: rest.hi + twos * high };
}

/** √x for x ≥ 0; both ends are equal where the root is exact. */
export function sqrt({ num, den }: Rational): Bounds {
  const square = num * UNIT * UNIT;
  const lo = isqrt(square / den);
  return { lo, hi: lo * lo * den === square ? lo : lo + 1n };
}

/** √x exactly where it is a fraction, otherwise the largest n/10^9 below it: never above the root. */
export function sqrtBelow({ num, den }: Rational): Rational {
  const [top, bottom] = [isqrt(num), isqrt(den)];
  if (top * top === num && bottom * bottom === den) return rational(top, bottom);
  return rational(isqrt((num * 10n ** 18n) / den), 10n ** 9n);
}

/** 2π to 60 digits, rounded down: the density it divides is then an upper bound. */
const twoPi = rational(6283185307179586476925286766559005768394338798750211641949889n, 10n ** 60n);

/**
 * An upper bound of Φ(√square), the standard normal distribution at x = √square, in units of 2^−192.
 * Φ(x) = ½ + (x/√2π)·Σ (−x²/2)^n / (n!·(2n+1)); the series is summed exactly outward and stopped on a positive term.
 */
export function normalUpper(square: Rational): bigint {
  if (square.num > square.den * 40n) return UNIT;
  const half = fixed(rational(square.num, 2n * square.den));
  let [termLo, termHi, total, n] = [UNIT, UNIT, UNIT, 0n];
  while (n % 2n === 1n || termHi > 1n) {
    n += 1n;
    termLo = floorDiv(down(termLo, half.lo), n);
    termHi = ceilDiv(up(termHi, half.hi), n);
    total += n % 2n === 0n ? ceilDiv(termHi, 2n * n + 1n) : -(termLo / (2n * n + 1n));
  }
  return UNIT / 2n + up(total, sqrt(rational(square.num * twoPi.den, square.den * twoPi.num)).hi) + 1n;
}
