// Privacy loss in words and in the numbers people ask for: (epsilon, delta) and how sure a guess can be.
import { UNIT, fixed, ln, normalUpper, sqrt } from './bounds';
import type { NoisedColumn } from './split';
import { ceilDiv, compare, divide, multiply, one, rational, sumOf, type Rational } from './rational';
import { decimal } from './decimal';

/** value·2^−192 rounded up to `digits` decimals. */
const roundedUp = (value: bigint, digits: number): string =>
  decimal(ceilDiv(value * 10n ** BigInt(digits), UNIT), digits);

/** The same for a fraction, which needs no bounds. */
const exactUp = ({ num, den }: Rational, digits: number): string =>
  decimal(ceilDiv(num * 10n ** BigInt(digits), den), digits);

/**
 * Epsilon for display, rounded up to 3 decimals: epsilon = rho + 2·√(rho·ln(1/delta)) (Bun, Steinke 2016, proposition 1.3).
 * 0 < delta < 1.
 */
export function epsilonOf(rho: Rational, delta: Rational): string {
  const log = ln(divide(one, delta));
  const root = sqrt(multiply(rational(4n * log.hi, UNIT), rho));
  return roundedUp(fixed(rho).hi + root.hi, 3);
}

/** Pure epsilon of Laplace columns: their sum, rounded up to 3 decimals. Undefined when any column is Gaussian. */
export function pureEpsilonOf(columns: readonly NoisedColumn[]): string | undefined {
  const parts = columns.map(({ noise }) => (noise.of === 'laplace' ? noise.epsilon : undefined));
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? exactUp(sumOf(known), 3) : undefined;
}

/** Chances in percent with one decimal, rounded up. */
export interface Sureness {
  /** That a given unit is among the rows at all. */
  readonly inTable: string;
  /** Of a yes/no fact about a unit known to be among the rows. */
  readonly fact: string;
}

const percent = (value: bigint): string => decimal(ceilDiv(value * 1000n, UNIT), 1);
const capped = (value: bigint): bigint => (value < UNIT ? value : UNIT);

/** Gaussian: two tables at distance d·sigma are told apart with chance Φ(d/2) at even odds, d² = 2 rho. */
const gaussianGuess = (rho: Rational): bigint => capped(normalUpper(multiply(rho, rational(1n, 2n))));

/** Any rho-zCDP mechanism: divergence ≤ rho, so total variation ≤ √(rho/2) (Pinsker) and the chance ½ + ½·√(rho/2). */
const anyGuess = (rho: Rational): bigint => capped(UNIT / 2n + sqrt(multiply(rho, rational(1n, 8n))).hi);

/**
 * How often the best guess of somebody who sees every answer up to `rho`, with even odds before, can be right.
 *
 * *In the table*: neighbours differ by one unit. Gaussian answers of total rho are one normal shift of d = √(2 rho)
 * (composition adds d², adaptively too: Dong, Roth, Su 2019, corollary 3.3), so the chance is Φ(√(rho/2)): 59.9 % at 1/8.
 * *A yes/no fact*: changing a unit is removing one and adding one, twice the shift, 4 rho: Φ(√(2 rho)): 69.2 % at 1/8.
 * Discrete noise of sigma ≥ 1 follows the normal curve to below the rounding here. Laplace answers take the general
 * bound: 62.5 % and 75.0 % at 1/8. Rounded up, so that "at most" stays true; the design page prints 60 and 69.
 */
export function sureness(mechanism: 'gaussian' | 'laplace', rho: Rational): Sureness {
  const guess = mechanism === 'gaussian' ? gaussianGuess : anyGuess;
  return { inTable: percent(guess(rho)), fact: percent(guess(multiply(rho, rational(4n)))) };
}

/** The smaller of the policy's delta and 1/(10·units + 1), which stays strictly below 1/(10·units). */
export function deltaFor(most: Rational, units: bigint): Rational {
  const small = rational(1n, 10n * units + 1n);
  return compare(most, small) < 0 ? most : small;
}
