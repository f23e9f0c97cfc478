// The three ways a fraction becomes minor units. Round once, at the line, and say which way.
import type { Rational } from './rational';

/** Largest integer not above the value. */
export function roundDown({ num, den }: Rational): bigint {
  const quotient = num / den;
  return num % den < 0n ? quotient - 1n : quotient;
}

/** Smallest integer not below the value: every price. Rounding a price to nearest makes sub-half-cent questions free. */
export function roundUp({ num, den }: Rational): bigint {
  return -roundDown({ num: -num, den });
}

/** Nearest integer, ties to even: proration and tax, where neither side should gain over many lines. */
export function roundHalfEven(value: Rational): bigint {
  const low = roundDown(value);
  const twice = 2n * (value.num - low * value.den);
  if (twice === value.den) return low % 2n === 0n ? low : low + 1n;
  return twice > value.den ? low + 1n : low;
}

/** floor(√n) for n ≥ 0, by Newton's method on integers. */
export function integerRoot(n: bigint): bigint {
  if (n < 0n) throw new RangeError('root of a negative number');
  if (n < 2n) return n;
  let guess = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (guess + n / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
