// P(x) = ceil(b·[x>0] + A·g(x)) in minor units: the price of one question at precision x.
import { z } from 'zod';
import {
  compare,
  integerRoot,
  minus,
  plus,
  rateInMinor,
  RateText,
  rational,
  roundUp,
  times,
  ZERO,
  type Rational,
} from '../money';
import { checkFamily, Family, shapeAt } from './families';

/** `base` b and `rate` A in major units; x is measured in rho (rho = x/2 for one Gaussian answer), so linear g is additive. */
export const PrecisionTerms = z.strictObject({ base: RateText, rate: RateText, family: Family });
export type PrecisionTerms = z.infer<typeof PrecisionTerms>;

/**
 * Price in minor units for x ≥ 0, always rounded up: with rounding to nearest, questions worth less than half a minor
 * unit would be free and any answer could be built of them. Arbitrage-free for every family (Li, Li, Miklau, Suciu
 * 2014, Theorems 1 and 2; ceil of a subadditive function is subadditive).
 */
export function priceOf(terms: PrecisionTerms, x: Rational, currency: string): bigint {
  if (x.num < 0n) throw new RangeError('negative precision');
  if (x.num === 0n) return 0n;
  const { base, slope } = inMinor(terms, currency);
  if (terms.family.g === 'root') return rootPrice(base, times(times(slope, slope), x));
  return roundUp(plus(base, times(slope, shapeAt(terms.family, x))));
}

/** Refuses SHAPE_NOT_CONCAVE, SHAPE_SCALE_ZERO, and the rate refusals. */
export function checkPrecision(terms: PrecisionTerms, currency: string): void {
  rateInMinor(terms.base, currency);
  rateInMinor(terms.rate, currency);
  checkFamily(terms.family);
}

interface Exact {
  readonly currency: string;
  readonly base: Rational;
  readonly slope: Rational;
}

/** Reading two decimals costs more than pricing with them, so a terms object remembers its last reading. */
const read = new WeakMap<PrecisionTerms, Exact>();

function inMinor(terms: PrecisionTerms, currency: string): Exact {
  const known = read.get(terms);
  if (known?.currency === currency) return known;
  const made = { currency, base: rateInMinor(terms.base, currency), slope: rateInMinor(terms.rate, currency) };
  read.set(terms, made);
  return made;
}

/** ceil(base + √square) by comparing squares: √(p/q) lies in [⌊√(pq)⌋/q, (⌊√(pq)⌋+1)/q]. */
function rootPrice(base: Rational, square: Rational): bigint {
  const low = rational(integerRoot(square.num * square.den), square.den);
  const guess = roundUp(plus(base, low));
  const gap = minus(rational(guess), base);
  return compare(gap, ZERO) >= 0 && compare(times(gap, gap), square) >= 0 ? guess : guess + 1n;
}
