// 95 % intervals of the noise that three nodes add, and of what is left when one strips its part. Proven bounds, no floats.
import { expNegative, UNIT } from '../../safe-answers/bounds';
import { isqrt, type Rational } from '../../safe-answers/rational';

/** Weights below are integers of 2^−96. */
const BITS = 96n;
const ONE = 1n << BITS;

/** Largest scale worth summing term by term; above it the interval comes from a tail bound. */
const EXACT_UP_TO = 40n;

export interface NoiseInterval {
  /** |noise| ≤ this with probability at least 0.95 when all three nodes add their part. */
  readonly all: bigint;
  /** The same when one node added nothing: exactly discrete Laplace, the least that the promise needs. */
  readonly oneStripped: bigint;
}

/** Half widths for scale = sensitivity/epsilon. */
export function noiseInterval(scale: Rational): NoiseInterval {
  const ratio = expNegative({ num: scale.den, den: scale.num }).hi;
  const laplace = laplaceHalf(ratio);
  const wide = scale.num <= scale.den * EXACT_UP_TO;
  return { all: wide ? exactHalf(ratio >> 96n, laplace) : chernoffHalf(scale), oneStripped: laplace };
}

/** Least t with P(|X| > t) = 2·p^(t+1)/(1 + p) ≤ 1/20, with p rounded up. */
function laplaceHalf(p: bigint): bigint {
  let [power, t] = [p, 0n];
  while (40n * power > UNIT + p) {
    power = -((-power * p) / UNIT);
    t += 1n;
  }
  return t;
}

/** Least t for the difference of two negative binomials of shape 3/2, weights rounded down: coverage is never overstated. */
function exactHalf(p: bigint, laplace: bigint): bigint {
  const miss = ONE - p - 1n;
  const weights = [isqrt(miss * miss * miss * ONE) >> BITS];
  const terms = Number(laplace) * 4 + 40;
  for (let k = 0n; k < BigInt(terms); k += 1n) {
    // w(k+1)/w(k) = p·(k + 3/2)/(k + 1)
    weights.push(((((weights.at(-1) ?? 0n) * p) >> BITS) * (2n * k + 3n)) / (2n * k + 2n));
  }
  let covered = 0n;
  for (let t = 0; t < terms; t += 1) {
    let at = 0n;
    for (let k = 0; k + t < weights.length; k += 1) at += (weights[k] ?? 0n) * (weights[k + t] ?? 0n);
    covered += (t === 0 ? 1n : 2n) * (at >> BITS);
    if (covered * 20n >= ONE * 19n) return BigInt(t);
  }
  return BigInt(terms);
}

/**
 * Chernoff with e^(θ) for θ = 4/(5·scale): the moment generating function of the threefold noise is at most
 * (1 − θ²s²)^(−3/2) = (25/9)^(3/2) = 125/27, so 2·(125/27)·e^(−4t/(5s)) ≤ 1/20 once t ≥ (5/4)·s·ln(5000/27), which is below 6.5268·s.
 */
const chernoffHalf = ({ num, den }: Rational): bigint => (num * 65_268n) / (den * 10_000n) + 1n;
