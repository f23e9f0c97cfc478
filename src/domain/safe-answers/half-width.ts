// How far noise reaches: the smallest integer w with P(|noise| ≤ w) at least the wanted coverage, proven, never guessed.
import { BITS, UNIT, expNegative, ln, lowerOf, upperOf } from './bounds';
import { noiseText, type Noise } from './mechanism';
import { add, ceilDiv, compare, divide, isqrt, multiply, one, rational, subtract, type Rational } from './rational';

/** Above this sigma² the closed bound below is at most one step from the smallest w, so nothing is summed. */
const SUMMED_UP_TO = rational(1_000_000n);

/** Two-sided normal quantile: the least x, in 10^−6 and rounded up, for the coverages that answers use. */
const quantiles = new Map([
  ['19/20', 1_959_964n],
  ['39/40', 2_241_403n],
  ['59/60', 2_393_980n],
]);

/** P(X ≥ m) ≤ P(N(0, sigma²) ≥ m − 1) for the discrete Gaussian (Canonne, Kamath, Steinke 2020, tail bounds). */
function gaussianClosed(variance: Rational, coverage: Rational): bigint {
  const z = quantiles.get(`${coverage.num}/${coverage.den}`);
  const square = z === undefined ? tailSquare(coverage) : rational(z * z, 10n ** 12n);
  const { num, den } = multiply(variance, square);
  const root = isqrt(ceilDiv(num, den));
  return root * root * den >= num ? root : root + 1n;
}

/** Any other coverage: P(|X| > w) ≤ 2·exp(−w²/(2 sigma²)), so w² = 2 sigma²·ln(2/(1 − coverage)) is enough. */
const tailSquare = (coverage: Rational): Rational =>
  multiply(rational(2n), upperOf(ln(divide(rational(2n), subtract(one, coverage)))));

const down = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
const up = (a: bigint, b: bigint): bigint => -((-a * b) >> BITS);

/**
 * The same by summing exp(−x²/(2 sigma²)) outward: weights by two multiplications a step, the rest of the tail by a
 * geometric series. A lower bound of the middle over an upper bound of the whole proves the coverage.
 */
function gaussianSummed(variance: Rational, coverage: Rational): bigint {
  const base = expNegative(rational(variance.den, 2n * variance.num));
  let [lo, hi, stepLo, stepHi] = [UNIT, UNIT, base.lo, base.hi];
  const [twiceLo, twiceHi] = [down(base.lo, base.lo), up(base.hi, base.hi)];
  const middle = [UNIT];
  let [sumLo, sumHi] = [UNIT, UNIT];
  while (hi > 1n << (BITS - 64n)) {
    lo = down(lo, stepLo);
    hi = up(hi, stepHi);
    stepLo = down(stepLo, twiceLo);
    stepHi = up(stepHi, twiceHi);
    sumLo += 2n * lo;
    sumHi += 2n * hi;
    middle.push(sumLo);
  }
  const whole = sumHi + 2n * ceilDiv(hi * stepHi, UNIT - stepHi);
  const w = middle.findIndex((part) => part * coverage.den >= whole * coverage.num);
  if (w < 0) throw new RangeError('coverage is too near to 1');
  return BigInt(w);
}

/** P(|X| ≥ m) = 2·p^m/(1 + p) with p = e^(−1/b): w = m − 1 for the first m that leaves at most 1 − coverage. */
function laplace(scale: Rational, coverage: Rational): bigint {
  const p = lowerOf(expNegative(divide(one, scale)));
  const most = upperOf(ln(divide(rational(2n), multiply(add(one, p), subtract(one, coverage)))));
  const { num, den } = multiply(scale, most);
  const m = ceilDiv(num, den);
  return m > 0n ? m - 1n : 0n;
}

function reckon(noise: Noise, coverage: Rational): bigint {
  if (noise.of === 'laplace') return laplace(noise.scale, coverage);
  return compare(noise.variance, SUMMED_UP_TO) > 0
    ? gaussianClosed(noise.variance, coverage)
    : gaussianSummed(noise.variance, coverage);
}

const known = new Map<string, bigint>();

/** w such that the noise lies within ±w with at least the given probability (0 < coverage < 1). Remembered per scale. */
export function halfWidth(noise: Noise, coverage: Rational): bigint {
  const text = `${noiseText(noise)} ${coverage.num}/${coverage.den}`;
  const before = known.get(text);
  if (before !== undefined) return before;
  const width = reckon(noise, coverage);
  // Scales come from reviewed templates, so there are few; the limit only keeps a long life from growing without end.
  if (known.size >= 10_000) known.clear();
  known.set(text, width);
  return width;
}
