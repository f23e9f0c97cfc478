// Exact Pólya (negative binomial) draws with fractional shape: the parts a discrete Laplace falls into.
import { bernoulliExp } from '../../safe-answers/samplers';
import { uniformBelow, type Random } from '../../safe-answers/random';
import type { Rational } from '../../safe-answers/rational';

/** Geometric k ≥ 0 with ratio exp(−den/num) for scale num/den (Canonne, Kamath, Steinke 2020, algorithm 2, inner part). */
export function geometric({ num: t, den: s }: Rational, random: Random): bigint {
  let u = uniformBelow(t, random);
  while (!bernoulliExp(fraction(u, t), random)) u = uniformBelow(t, random);
  let v = 0n;
  while (bernoulliExp({ num: 1n, den: 1n }, random)) v += 1n;
  return (v * t + u) / s;
}

const fraction = (num: bigint, den: bigint): Rational => {
  let [a, b] = [num, den];
  while (b !== 0n) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
};

/** True with probability Π_{i<k} (1/h + i)/(1 + i) = Π (1 + h·i)/(h + h·i): each factor is at most 1. */
function survives(k: bigint, h: bigint, random: Random): boolean {
  for (let i = 0n; i < k; i += 1n) {
    if (uniformBelow(h * (1n + i), random) >= 1n + h * i) return false;
  }
  return true;
}

/**
 * Negative binomial of shape 1/h and ratio p = exp(−1/scale): P(k) ∝ Γ(k + 1/h)/(Γ(1/h)·k!)·p^k. Drawn by rejection from the
 * geometric, whose weights are never smaller; no approximation anywhere.
 */
export function polya(scale: Rational, h: bigint, random: Random): bigint {
  for (;;) {
    const k = geometric(scale, random);
    if (survives(k, h, random)) return k;
  }
}

/**
 * One node's noise for one cell: the difference of two Pólya draws of shape 1/h. The sum over h nodes is exactly discrete
 * Laplace of this scale (Harrison, Manurangsi 2025); with h = 2 of 3 nodes, one may strip its part and the promise holds.
 */
export const noiseShare = (scale: Rational, h: bigint, random: Random): bigint =>
  polya(scale, h, random) - polya(scale, h, random);
