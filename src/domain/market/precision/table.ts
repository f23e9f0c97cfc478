// A concave table: straight lines between exact knots, flat after the last. Exact, so concavity is a fact, not a hope.
import { Refusal } from '../../refusals';
import { compare, minus, over, plus, times, ZERO, type Rational } from '../money';

export interface Knot {
  readonly x: Rational;
  readonly g: Rational;
}

/** g at x ≥ 0; the first knot must be (0, 0). */
export function interpolate(knots: readonly Knot[], x: Rational): Rational {
  const next = firstAtOrAbove(knots, x);
  const right = knots[next];
  if (right === undefined) return knots.at(-1)?.g ?? ZERO;
  const left = knots[next - 1];
  if (left === undefined || compare(right.x, x) === 0) return right.g;
  return plus(left.g, times(slope(left, right), minus(x, left.x)));
}

/** Refuses SHAPE_NOT_CONCAVE with the index of the first knot where x stands still, g falls, or the slope rises. */
export function needConcave(knots: readonly Knot[]): void {
  let before: Rational | undefined;
  for (const [index, right] of knots.entries()) {
    const left = knots[index - 1];
    if (left === undefined) continue;
    if (compare(right.x, left.x) <= 0) throw new Refusal('SHAPE_NOT_CONCAVE', { at: index });
    const now = slope(left, right);
    if (now.num < 0n || (before !== undefined && compare(now, before) > 0)) {
      throw new Refusal('SHAPE_NOT_CONCAVE', { at: index });
    }
    before = now;
  }
}

function slope(left: Knot, right: Knot): Rational {
  return over(minus(right.g, left.g), minus(right.x, left.x));
}

function firstAtOrAbove(knots: readonly Knot[], x: Rational): number {
  let [low, high] = [0, knots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const knot = knots[middle];
    if (knot !== undefined && compare(knot.x, x) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
