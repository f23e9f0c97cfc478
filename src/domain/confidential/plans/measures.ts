// Measures read from combined sums: exact fractions, and post-processing that noise cannot make nonsense of.
import type { PlannedMeasure } from '../../templates/plan';
import {
  add,
  compare,
  divide,
  multiply,
  rational,
  subtract,
  sumOf,
  zero,
  type Rational,
} from '../../safe-answers/rational';
import { decode, type ContributionPlan } from './plan';

const atLeastOne = (value: Rational): Rational => (compare(value, rational(1n)) < 0 ? rational(1n) : value);

/** One value a key, in the column's own scaled integers (divide by 10^scale for people). */
export function measureValues(
  plan: ContributionPlan,
  measure: PlannedMeasure,
  cells: readonly bigint[],
): readonly Rational[] {
  const of = (at: number): readonly Rational[] => decode(plan, `aggregate-${String(at)}`, cells);
  switch (measure.of) {
    case 'units':
    case 'histogram':
      return decode(plan, 'units', cells);
    case 'count':
      return of(measure.rows);
    case 'sum':
      return of(measure.total);
    case 'mean': {
      const rows = of(measure.rows);
      return of(measure.total).map((total, at) =>
        add(rational(measure.midpoint), divide(total, atLeastOne(rows[at] ?? zero))),
      );
    }
    case 'variance': {
      const [rows, squares] = [of(measure.rows), of(measure.squares)];
      const top = rational(measure.halfWidth * measure.halfWidth);
      return of(measure.total).map((total, at) =>
        clamp(varianceOf(total, squares[at] ?? zero, atLeastOne(rows[at] ?? zero)), top),
      );
    }
  }
}

const varianceOf = (total: Rational, squares: Rational, n: Rational): Rational => {
  const mean = divide(total, n);
  return subtract(divide(squares, n), multiply(mean, mean));
};
const clamp = (value: Rational, top: Rational): Rational =>
  value.num < 0n ? zero : compare(value, top) > 0 ? top : value;

/** Index of the bin that holds the q-quantile, negative noisy bins counted as empty; −1 when all are. */
export function quantileBin(bins: readonly Rational[], q: Rational): number {
  const filled = bins.map((bin) => (bin.num < 0n ? zero : bin));
  const wanted = multiply(sumOf(filled), q);
  if (wanted.num === 0n && filled.every(({ num }) => num === 0n)) return -1;
  let running = zero;
  return filled.findIndex((bin) => {
    running = add(running, bin);
    return bin.num > 0n && compare(running, wanted) >= 0;
  });
}
