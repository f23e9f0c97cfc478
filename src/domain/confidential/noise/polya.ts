// Exact Pólya (negative binomial) draws of shape 1/2: the halves a discrete Laplace falls into, at the same speed for every scale.
import { uniformBelow, type Random } from '../../safe-answers/random';
import type { Rational } from '../../safe-answers/rational';
import { bernoulliExp } from '../../safe-answers/samplers';
import { ceilingOf, under } from './central-binomial';

/** Draws k ≥ 0 with P(k) ∝ a(k)·p^k, a(k) = C(2k, k)/4^k = Γ(k + 1/2)/(Γ(1/2)·k!) and p = exp(−1/scale). */
export type Polya = (random: Random) => bigint;

/** A stretch of k under one ceiling: k in [from, from + length), a(k) ≤ height/HEIGHT. */
interface Step {
  readonly from: bigint;
  readonly length: bigint;
  readonly height: bigint;
}

/** Stretches [2^j − 1, 2^(j+1) − 1) of [0, end): a(k) falls by at most √2 in each. */
function stairs(end: bigint): readonly Step[] {
  const steps: Step[] = [];
  for (let from = 0n; from < end; from = 2n * from + 1n) {
    const length = from + 1n < end - from ? from + 1n : end - from;
    steps.push({ from, length, height: ceilingOf(from) });
  }
  return steps;
}

const areaOf = (steps: readonly Step[]): bigint => steps.reduce((sum, { length, height }) => sum + length * height, 0n);

/** The point number `at` under the steps: its k, and its height within the column of k. Undefined above them. */
function pointUnder(steps: readonly Step[], at: bigint): { readonly k: bigint; readonly u: bigint } | undefined {
  let rest = at;
  for (const { from, length, height } of steps) {
    if (rest < length * height) return { k: from + rest / height, u: rest % height };
    rest -= length * height;
  }
  return undefined;
}

/**
 * The sampler of one scale > 0. With k = g·T + r, T = ⌊scale⌋: g from the geometric law of ratio exp(−T/scale), then a uniform
 * point under stairs above a(·), kept when it lies under a(k) and a coin of exp(−r/scale) falls. Every step is exact, so the
 * product p^(g·T)·a(k)·p^r = a(k)·p^k is; about half of the proposals are kept at any scale.
 */
export function polya({ num, den }: Rational): Polya {
  const stretch = num > den ? num / den : 1n;
  const first = stairs(stretch);
  const later = [{ from: 0n, length: stretch, height: ceilingOf(stretch) }];
  const [one, other] = [areaOf(first), areaOf(later)];
  const most = one > other ? one : other;
  const step = { num: stretch * den, den: num };
  return (random) => {
    for (;;) {
      let g = 0n;
      while (bernoulliExp(step, random)) g += 1n;
      const point = pointUnder(g === 0n ? first : later, uniformBelow(most, random));
      if (!point) continue;
      const k = g * stretch + point.k;
      if (under(point.u, k, random) && bernoulliExp({ num: point.k * den, den: num }, random)) return k;
    }
  };
}

/**
 * One node's noise for one cell: the difference of two draws. The sum over two nodes is exactly discrete Laplace of this scale
 * (Harrison, Manurangsi 2025, shape 1/h for h = 2); of three nodes one may therefore strip its part and the promise holds.
 */
export function noiseShare(scale: Rational): Polya {
  const draw = polya(scale);
  return (random) => draw(random) - draw(random);
}
