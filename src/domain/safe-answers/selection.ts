// Choosing among candidates with chance: quantiles, top-k and which discovered keys may be shown. Exact throughout.
import { expNegative, ln, lowerOf, sqrtBelow, upperOf } from './bounds';
import { uniformBelow, type Random } from './random';
import { add, ceilDiv, divide, multiply, one, rational, type Rational } from './rational';
import { bernoulliExp, discreteLaplace } from './samplers';

/** The largest epsilon found with epsilon²/2 ≤ rho: what a pure mechanism may use of a rho (Bun, Steinke 2016, 1.4). */
export const epsilonWithin = (rho: Rational): Rational => sqrtBelow(multiply(rho, rational(2n)));

/**
 * The index of one of `scores` (higher is better), epsilon-DP for scores of the given sensitivity: visit the candidates in
 * random order and take each with chance exp(−epsilon·(best − score)/(2·sensitivity)) (McKenna, Sheldon 2020, algorithm 1).
 */
export function permuteAndFlip(
  scores: readonly bigint[],
  sensitivity: bigint,
  epsilon: Rational,
  random: Random,
): number {
  const best = scores.reduce((a, b) => (a > b ? a : b));
  const waiting = scores.map((score, index) => ({ score, index }));
  while (waiting.length > 0) {
    const [next] = waiting.splice(Number(uniformBelow(BigInt(waiting.length), random)), 1);
    if (!next) break;
    const gamma = rational((best - next.score) * epsilon.num, 2n * sensitivity * epsilon.den);
    if (bernoulliExp(gamma, random)) return next.index;
  }
  throw new Error('the best candidate is always taken'); // exp(0) = 1
}

/** Rows below and above one candidate of a declared grid. */
export interface Around {
  readonly below: bigint;
  readonly above: bigint;
}

/**
 * The index of the candidate for the n/d quantile; score −|(d − n)·below − n·above|, sensitivity max(n, d − n)·rowsPerUnit
 * (Smith 2011 by way of permute-and-flip). Costs `rho`.
 */
export function selectQuantile(
  around: readonly Around[],
  { num: n, den: d }: Rational,
  rowsPerUnit: bigint,
  rho: Rational,
  random: Random,
): number {
  const scores = around.map(({ below, above }) => {
    const off = (d - n) * below - n * above;
    return off < 0n ? off : -off;
  });
  const weight = n > d - n ? n : d - n;
  return permuteAndFlip(scores, weight * rowsPerUnit, epsilonWithin(rho), random);
}

/** Indices of k candidates, best first, by peeling: one choice after another, rho/k each. */
export function selectTop(
  counts: readonly bigint[],
  k: number,
  sensitivity: bigint,
  rho: Rational,
  random: Random,
): readonly number[] {
  const epsilon = epsilonWithin(divide(rho, rational(BigInt(k))));
  const left = counts.map((count, index) => ({ count, index }));
  const chosen: number[] = [];
  while (chosen.length < k && left.length > 0) {
    const at = permuteAndFlip(
      left.map((c) => c.count),
      sensitivity,
      epsilon,
      random,
    );
    chosen.push(...left.splice(at, 1).map((c) => c.index));
  }
  return chosen;
}

export interface KeyRule {
  readonly minUnits: bigint;
  readonly groupsPerUnit: bigint;
  readonly epsilon: Rational;
  readonly delta: Rational;
}

/** b = L0/epsilon. */
export const keyScale = ({ groupsPerUnit, epsilon }: KeyRule): Rational => divide(rational(groupsPerUnit), epsilon);

/**
 * tau = k + ⌈b·ln(L0/(delta·(1 + e^(−1/b))))⌉, rounded up: a key that rests on one unit's presence is shown with chance at
 * most delta/L0 (Desfontaines, Voss, Gipson, Mandayam 2020; pre-thresholding at k = minUnits).
 */
export function keyThreshold(rule: KeyRule): bigint {
  const b = keyScale(rule);
  const tail = add(one, lowerOf(expNegative(divide(one, b))));
  const log = upperOf(ln(divide(rational(rule.groupsPerUnit), multiply(rule.delta, tail))));
  const { num, den } = multiply(b, log);
  const rise = ceilDiv(num, den);
  return rule.minUnits + (rise > 0n ? rise : 0n);
}

/** True when a discovered key with `units` distinct units (after the L0 cut) may be shown: (epsilon, delta)-DP. */
export function showsKey(units: bigint, rule: KeyRule, random: Random): boolean {
  // The draw comes first, so that a small key takes no less time than a large one.
  const noise = discreteLaplace(keyScale(rule), random);
  return units >= rule.minUnits && units + noise >= keyThreshold(rule);
}
