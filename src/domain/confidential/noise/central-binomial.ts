// a(k) = C(2k, k)/4^k compared exactly with a uniform number: proven bounds decide nearly always, the fraction itself the rest.
import { uniformBelow, type Random } from '../../safe-answers/random';
import { ceilDiv, isqrt } from '../../safe-answers/rational';

/** Heights are integers of 2^−64. */
const HEIGHT_BITS = 64n;
export const HEIGHT = 1n << HEIGHT_BITS;

/** Below this a(k) is looked up, from here on it is bounded. */
const SMALL = 64;

/** C(2k, k), exactly. */
function central(k: bigint): bigint {
  let value = 1n;
  for (let i = 1n; i <= k; i += 1n) value = (value * 2n * (2n * i - 1n)) / i;
  return value;
}

const small = Array.from({ length: SMALL }, (_, k) => central(BigInt(k)));

/** Fixed point of the series below. */
const FINE_BITS = 128n;
const FINE = 1n << FINE_BITS;
/** π to 40 digits, rounded down. */
const PI = 31415926535897932384626433832795028841971n;
const PI_UNIT = 10n ** 40n;

/**
 * Bounds of 1/a(k)² in units of 1/(FINE·PI_UNIT). 1/a(k)² = π·k·e^x with
 * 1/(4k) − 1/(96k³) ≤ x ≤ 1/(4k) − 1/(96k³) + 1/(320k⁵) (Slavić 1975: the series of Γ(k + 1)/Γ(k + 1/2) envelops it).
 */
function inverseSquare(k: bigint): { readonly lo: bigint; readonly hi: bigint } {
  const cube = 96n * k * k * k;
  const low = ((24n * k * k - 1n) << FINE_BITS) / cube;
  const high = low + 2n + FINE / (320n * k * k * k * k * k);
  const square = low * low;
  const lo = FINE + low + (square >> (FINE_BITS + 1n)) + (square * low) / (6n << (2n * FINE_BITS));
  const squareUp = ((high * high) >> FINE_BITS) + 1n;
  // x ≤ 1/256, so all terms from x⁴/24 on are below x⁴/23.
  const hi = FINE + high + squareUp / 2n + (squareUp * high) / (6n * FINE) + (squareUp * squareUp) / (23n * FINE) + 4n;
  return { lo: lo * PI * k, hi: hi * (PI + 1n) * k };
}

/** The least integer h with a(k) ≤ h/2^64 that the bounds can prove. */
export function ceilingOf(k: bigint): bigint {
  const known = small[Number(k)];
  if (known !== undefined) return ceilDiv(known << HEIGHT_BITS, 1n << (2n * k));
  return isqrt((FINE * PI_UNIT * HEIGHT * HEIGHT) / inverseSquare(k).lo) + 1n;
}

/** True when a uniform real in [u, u + 1)/2^64 lies below a(k): exact, at the cost of a wide number once in 10^10 calls. */
export function under(u: bigint, k: bigint, random: Random): boolean {
  const known = small[Number(k)];
  if (known !== undefined) return underFraction(u, known, k, random);
  const { lo, hi } = inverseSquare(k);
  const whole = FINE * PI_UNIT * HEIGHT * HEIGHT;
  if ((u + 1n) * (u + 1n) * hi <= whole) return true;
  if (u * u * lo >= whole) return false;
  return underFraction(u, central(k), k, random);
}

/** The same by the fraction: what is left of a(k)·2^64 above u is a probability with denominator 4^k. */
function underFraction(u: bigint, numerator: bigint, k: bigint, random: Random): boolean {
  const den = 1n << (2n * k);
  const left = (numerator << HEIGHT_BITS) - u * den;
  if (left >= den) return true;
  return left > 0n && uniformBelow(den, random) < left;
}
