// What a round's combined cells say, per half of each variable's range: the start's moments, slopes at coefficients, or curvature.
import { divide, multiply, rational, type Rational } from '../../safe-answers/rational';
import { CERTAIN, halfRange } from '../../templates';
import type { Factor, SumsMeasure } from '../../templates/plan';
import { Reader, type Combined } from '../plans/estimates';
import { sumsOf } from '../plans/moments';
import type { ContributionPlan } from '../plans/plan';
import type { Matrix, Vector } from './matrices';

export type LogisticMeasure = Extract<SumsMeasure, { of: 'logistic' }>;

/** The half widths hold for all numbers that are read `together`, with probability 0.95. */
export interface Start {
  readonly rows: Rational;
  readonly rowsHalf: Rational;
  /** Σ y, Σ y·x: the constant first. */
  readonly cross: Vector;
  /** Σ x·x', the constant first. */
  readonly gram: Matrix;
}
export interface Slopes {
  readonly values: Vector;
  readonly halves: Vector;
}
export interface Curvature {
  readonly values: Matrix;
  readonly halves: Matrix;
}

const block = (index: number): string => `aggregate-${String(index)}`;
const one = rational(1n);
const per = (factor: Factor | undefined): Rational => (factor === undefined ? one : rational(1n, halfRange(factor)));

/** The place of the pair a ≤ b among pairs of `count`, row by row. */
const pairAt = (count: number, a: number, b: number): number => (a * (2 * count - a + 1)) / 2 + (b - a);

export function startOf(
  measure: Extract<LogisticMeasure, { round: 'start' }>,
  contribution: ContributionPlan,
  combined: Combined,
  together: number,
): Start {
  const reader = new Reader(contribution, combined);
  const { moments } = measure;
  const sums = sumsOf(moments, (index) => reader.value(block(index), 0));
  const units = [one, ...moments.variables.slice(1).map(per)];
  // Moments are numbered target first; here the constant takes its place.
  const moment = (a: number, b: number): Rational =>
    a === 0 && b === 0 ? sums.n : a === 0 || b === 0 ? (sums.sums[a + b] ?? one) : sums.product(a, b);
  const by = (value: Rational, ...factors: readonly (Rational | undefined)[]): Rational =>
    factors.reduce<Rational>((product, factor) => multiply(product, factor ?? one), value);
  return {
    rows: sums.n,
    rowsHalf: reader.half(block(moments.rows), together),
    cross: units.map((unit, j) => by(j === 0 ? (sums.sums[0] ?? one) : sums.product(0, j), unit)),
    gram: units.map((a, i) => units.map((b, j) => by(moment(i, j), a, b))),
  };
}

type Linked = Extract<LogisticMeasure, { round: 'slopes' | 'curvature' }>;

export function slopesOf(
  { links, variables }: Linked,
  contribution: ContributionPlan,
  combined: Combined,
  together: number,
): Slopes {
  const reader = new Reader(contribution, combined);
  const units = [undefined, ...variables].map((factor) => divide(per(factor), rational(CERTAIN)));
  const read = (value: (as: string) => Rational): Vector =>
    units.map((unit, at) => multiply(unit, value(block(links[at] ?? 0))));
  return { values: read((as) => reader.value(as, 0)), halves: read((as) => reader.half(as, together)) };
}

export function curvatureOf(
  { links, variables }: Linked,
  contribution: ContributionPlan,
  combined: Combined,
  together: number,
): Curvature {
  const reader = new Reader(contribution, combined);
  const units = [undefined, ...variables].map(per);
  const read = (value: (as: string) => Rational): Matrix =>
    units.map((a, i) =>
      units.map((b, j) => {
        const at = pairAt(units.length, Math.min(i, j), Math.max(i, j));
        return divide(multiply(multiply(a, b), value(block(links[at] ?? 0))), rational(CERTAIN * CERTAIN));
      }),
    );
  return { values: read((as) => reader.value(as, 0)), halves: read((as) => reader.half(as, together)) };
}
