// Exact fractions of big integers: the only numbers in which privacy loss, noise scales and holds are kept.

/** Always reduced, with `den > 0`: equal values have equal fields and one text. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

const size = (n: bigint): bigint => (n < 0n ? -n : n);

/** The greatest common divisor of two integers, at least 0. */
export function gcd(a: bigint, b: bigint): bigint {
  let [left, right] = [size(a), size(b)];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}

/** num/den in lowest terms. A zero denominator is a bug and throws RangeError. */
export function rational(num: bigint, den = 1n): Rational {
  if (den === 0n) throw new RangeError('a fraction needs a denominator');
  const shared = gcd(num, den) * (den < 0n ? -1n : 1n);
  return { num: num / shared, den: den / shared };
}

export const zero: Rational = { num: 0n, den: 1n };
export const one: Rational = { num: 1n, den: 1n };

const written = /^(-?(?:0|[1-9][0-9]*))(?:\/([1-9][0-9]*))?$/;

/**
 * Reads `n` or `n/d`. Any other spelling, a decimal point among them, throws SyntaxError; unreduced text is accepted,
 * so whoever needs one spelling compares with `toText`.
 */
export function parseRational(text: string): Rational {
  const found = text.length <= 400 ? written.exec(text) : null;
  if (!found) throw new SyntaxError('not a fraction such as 1/200');
  return rational(BigInt(found[1] ?? ''), BigInt(found[2] ?? '1'));
}

/** The canonical text: `n` for integers, `n/d` otherwise. */
export const toText = ({ num, den }: Rational): string => (den === 1n ? `${num}` : `${num}/${den}`);

export const add = (a: Rational, b: Rational): Rational => rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const subtract = (a: Rational, b: Rational): Rational => rational(a.num * b.den - b.num * a.den, a.den * b.den);
export const multiply = (a: Rational, b: Rational): Rational => rational(a.num * b.num, a.den * b.den);
export const divide = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);
export const sumOf = (all: readonly Rational[]): Rational => all.reduce(add, zero);

/** −1, 0 or 1, as a is less than, equal to or greater than b. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const [left, right] = [a.num * b.den, b.num * a.den];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** ⌊num/den⌋ for den > 0, toward minus infinity (BigInt division alone goes toward zero). */
export function floorDiv(num: bigint, den: bigint): bigint {
  const whole = num / den;
  return num % den < 0n ? whole - 1n : whole;
}

/** ⌈num/den⌉ for den > 0. */
export const ceilDiv = (num: bigint, den: bigint): bigint => -floorDiv(-num, den);

/** ⌊√n⌋ by Newton's steps; n must not be negative. */
export function isqrt(n: bigint): bigint {
  if (n < 0n) throw new RangeError('no root of a negative number');
  if (n < 2n) return n;
  let guess = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + n / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
