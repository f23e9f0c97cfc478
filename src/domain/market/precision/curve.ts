// Points for the plot a buyer looks at before paying: price against how wide the answer's interval will be.
import { integerRoot, over, rational, times, toText, type Rational } from '../money';
import { priceOf, type PrecisionTerms } from './price';

export interface CurvePoint {
  readonly rho: string;
  readonly minor: bigint;
  /** Half the width of the 95 % interval in the answer's own unit, six decimals, rounded up. */
  readonly halfWidth: string;
}

const Z95 = rational(1_959_964n, 1_000_000n);
const MICRO = 1_000_000n;

/** Standard deviation of a Gaussian answer: σ² = Δ²/(2·rho) (Bun & Steinke 2016, Proposition 1.6). */
function halfWidth(sensitivity: Rational, rho: Rational): string {
  const width = times(Z95, sensitivity);
  const square = over(times(width, width), times(rational(2n), rho));
  const scaled = (square.num * MICRO * MICRO + square.den - 1n) / square.den;
  const root = integerRoot(scaled);
  const micro = root * root === scaled ? root : root + 1n;
  return `${String(micro / MICRO)}.${String(micro % MICRO).padStart(6, '0')}`;
}

/** One point per rho > 0, in the order given; `sensitivity` is what one privacy unit can change the answer by. */
export function curve(
  terms: PrecisionTerms,
  currency: string,
  sensitivity: Rational,
  rhos: readonly Rational[],
): readonly CurvePoint[] {
  return rhos.map((rho) => ({
    rho: toText(rho),
    minor: priceOf(terms, rho, currency),
    halfWidth: halfWidth(sensitivity, rho),
  }));
}
