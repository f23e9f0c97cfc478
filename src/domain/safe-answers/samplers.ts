// Exact discrete noise from uniform integers: Canonne, Kamath, Steinke 2020, arXiv 2004.00010, algorithms 1 to 3.
import { uniformBelow, type Random } from './random';
import { gcd, isqrt, type Rational } from './rational';

const bernoulli = (num: bigint, den: bigint, random: Random): boolean => uniformBelow(den, random) < num;

/** Bernoulli(exp(−num/den)) for 0 ≤ num ≤ den, in lowest terms: algorithm 1, first case (after Forsythe and von Neumann). */
function bernoulliExpUpToOne(num: bigint, den: bigint, random: Random): boolean {
  let k = 1n;
  for (;;) {
    const shared = k === 1n ? 1n : gcd(num, k);
    if (!bernoulli(num / shared, (den * k) / shared, random)) return k % 2n === 1n;
    k += 1n;
  }
}

/** True with probability exp(−gamma) exactly, for gamma ≥ 0 (algorithm 1). */
export function bernoulliExp(gamma: Rational, random: Random): boolean {
  let { num } = gamma;
  for (; num > gamma.den; num -= gamma.den) if (!bernoulliExpUpToOne(1n, 1n, random)) return false;
  return bernoulliExpUpToOne(num, gamma.den, random);
}

/** True with probability exp(−num/den), for parts that are not yet in lowest terms. */
function bernoulliExpOf(num: bigint, den: bigint, random: Random): boolean {
  const shared = gcd(num, den);
  return bernoulliExp({ num: num / shared, den: den / shared }, random);
}

/** Geometric: k ≥ 0 with probability (1 − e^(−s/t))·e^(−k·s/t), scale t/s (algorithm 2, inner part). */
function geometric(t: bigint, s: bigint, random: Random): bigint {
  let u = uniformBelow(t, random);
  while (!bernoulliExpOf(u, t, random)) u = uniformBelow(t, random);
  let v = 0n;
  while (bernoulliExpUpToOne(1n, 1n, random)) v += 1n;
  return (v * t + u) / s;
}

/** x with probability proportional to exp(−|x|/scale), for scale > 0 (algorithm 2). */
export function discreteLaplace(scale: Rational, random: Random): bigint {
  for (;;) {
    const negative = bernoulli(1n, 2n, random);
    const size = geometric(scale.num, scale.den, random);
    // Without this line zero would be drawn twice as often, once with either sign.
    if (negative && size === 0n) continue;
    return negative ? -size : size;
  }
}

/** x with probability proportional to exp(−x²/(2·variance)), for variance > 0 (algorithm 3). */
export function discreteGaussian(variance: Rational, random: Random): bigint {
  const { num: a, den: b } = variance;
  const t = isqrt(a / b) + 1n;
  const scale = { num: t, den: 1n };
  for (;;) {
    const x = discreteLaplace(scale, random);
    const off = (x < 0n ? -x : x) * b * t - a;
    // (|x| − variance/t)² / (2·variance), brought to one fraction.
    if (bernoulliExpOf(off * off, 2n * a * b * t * t, random)) return x;
  }
}
