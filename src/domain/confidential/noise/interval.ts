// 95 % intervals of the noise that three nodes add, and of what is left when one strips its part. Proven bounds, no floats.
import { expNegative, ln, UNIT } from '../../safe-answers/bounds';
import { ceilDiv, isqrt, rational, type Rational } from '../../safe-answers/rational';

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
  return {
    all: wide ? exactHalf(ratio >> 96n, laplace) : noiseReach(scale, 1, { num: 1n, den: 20n }),
    oneStripped: laplace,
  };
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
 * |Σ weight·noise| over `cells` cells with |weights| ≤ 1 stays within the result with probability at least 1 − `miss`, when all
 * three nodes add their part. Chernoff: one cell's moment generating function is at most (1 − θ²s²)^(−3/2), so with x = θ·s any
 * t ≥ s·((3·cells/2)·ln(1/(1 − x²)) + ln(2/miss))/x will do; the best of nine x is taken.
 */
export function noiseReach(scale: Rational, cells: number, miss: Rational): bigint {
  const tail = ln(rational(2n * miss.den, miss.num)).hi;
  const halves = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => {
    const x = BigInt(digit);
    const growth = ln(rational(100n, 100n - x * x)).hi;
    return ceilDiv((3n * BigInt(cells) * growth + 2n * tail) * 10n * scale.num, 2n * x * scale.den * UNIT);
  });
  return halves.reduce((a, b) => (b < a ? b : a));
}
