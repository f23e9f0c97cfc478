// Exact fractions of bigints: the only numbers between a rate and the one rounding at the line.
import { Refusal } from '../../refusals';

/** `den` > 0 and the fraction is in lowest terms, so equal values have equal fields. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

export const ZERO: Rational = { num: 0n, den: 1n };
export const ONE: Rational = { num: 1n, den: 1n };

/** num/den in lowest terms with a positive denominator; a zero denominator is a bug and throws RangeError. */
export function rational(num: bigint, den = 1n): Rational {
  if (den === 0n) throw new RangeError('denominator is zero');
  const sign = den < 0n ? -1n : 1n;
  const divisor = gcd(num, den);
  return { num: (sign * num) / divisor, den: (sign * den) / divisor };
}

/** Greatest common divisor, at least 1. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > SAFE || (x > SAFE && y !== 0n)) [x, y] = [y, x % y];
  if (y === 0n) return x === 0n ? 1n : x;
  let [small, rest] = [Number(x), Number(y)]; // exact below 2^53, and many times faster
  while (rest !== 0) [small, rest] = [rest, small % rest];
  return BigInt(small);
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

export function plus(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function minus(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den - b.num * a.den, a.den * b.den);
}

export function times(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den);
}

/** a/b; dividing by zero is a bug and throws RangeError. */
export function over(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den, a.den * b.num);
}

export function sumOf(values: readonly Rational[]): Rational {
  return values.reduce(plus, ZERO);
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: Rational, b: Rational): number {
  const left = a.num * b.den;
  const right = b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

export function least(a: Rational, b: Rational): Rational {
  return compare(a, b) <= 0 ? a : b;
}

export function greatest(a: Rational, b: Rational): Rational {
  return compare(a, b) >= 0 ? a : b;
}

/** `7`, `-3`, `1/200`: the text under which amounts are stored and hashed; one text per value. */
export function toText(value: Rational): string {
  return value.den === 1n ? String(value.num) : `${String(value.num)}/${String(value.den)}`;
}

/** Reads `7`, `0.05` or `1/200` (sign allowed, 40 digits a part at most); refuses AMOUNT_UNREADABLE. */
export function fromText(text: string): Rational {
  const [, sign, whole, decimals, den] = /^(-?)(\d{1,40})(?:\.(\d{1,40})|\/(\d{1,40}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new Refusal('AMOUNT_UNREADABLE');
  const divisor = den !== undefined ? BigInt(den) : 10n ** BigInt(decimals?.length ?? 0);
  if (divisor === 0n) throw new Refusal('AMOUNT_UNREADABLE');
  const digits = BigInt(whole + (decimals ?? ''));
  return rational(sign === '-' ? -digits : digits, divisor);
}
