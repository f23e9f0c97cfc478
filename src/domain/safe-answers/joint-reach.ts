// How far several independent noises reach together: totals of histograms, and figures over several repositories.
import { halfWidth } from './half-width';
import type { Noise } from './mechanism';
import { add, compare, multiply, rational, subtract, type Rational } from './rational';

/** Variances below this are too coarse for the sum of discrete Gaussians to be a discrete Gaussian to 10^−15. */
const SMOOTH = rational(4n);

/**
 * How far the sum of independent noises reaches. Gaussian: variances add; the sum is within total variation 10·k·e^(−pi²·4)
 * of one discrete Gaussian (Kairouz, Liu, Steinke 2021), paid for by one more step of reach.
 * Otherwise: each may miss with an equal share of the 5 %, and the reaches add.
 */
export function jointReach(noises: readonly Noise[], coverage: Rational): bigint {
  const [first] = noises;
  if (noises.length === 1 && first) return halfWidth(first, coverage);
  const variances = noises.flatMap((n) =>
    n.of === 'gaussian' && compare(n.variance, SMOOTH) >= 0 ? [n.variance] : [],
  );
  if (variances.length === noises.length)
    return halfWidth({ of: 'gaussian', variance: variances.reduce(add) }, coverage) + 1n;
  const miss = multiply(subtract(rational(1n), coverage), rational(1n, BigInt(noises.length)));
  return noises.reduce((sum, noise) => sum + halfWidth(noise, subtract(rational(1n), miss)), 0n);
}
