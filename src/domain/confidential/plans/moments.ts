// Correlation and linear regression from sums: n, Σx, Σx·x' over centred, clamped, integer variables.
import { divide, multiply, rational, subtract, zero, type Rational } from '../../safe-answers/rational';
import type { Moments } from '../../templates/plan';
import { exactly, minus, over, root, solved, squared, times, within, type Range } from './intervals';

/** The sums of one group, read by place: aggregate index → value. */
export interface Sums<T> {
  readonly n: T;
  readonly sums: readonly T[];
  readonly product: (a: number, b: number) => T;
}

export function sumsOf<T>(moments: Moments, value: (aggregate: number) => T): Sums<T> {
  const count = moments.variables.length;
  // Pairs a ≤ b in rows: row a starts after count + (count − 1) + … terms.
  const place = (a: number, b: number): number => (a * (2 * count - a + 1)) / 2 + (b - a);
  return {
    n: value(moments.rows),
    sums: moments.sums.map(value),
    product: (a, b) => value(moments.products[place(Math.min(a, b), Math.max(a, b))] ?? -1),
  };
}

/** n·Σab − Σa·Σb: the covariance up to n². */
const spread = ({ n, sums, product }: Sums<Rational>, a: number, b: number): Rational =>
  subtract(multiply(n, product(a, b)), multiply(sums[a] ?? zero, sums[b] ?? zero));

/** The square of the correlation of the first two variables and its sign, both exact; undefined when noise left no variance. */
export function correlation(
  sums: Sums<Rational>,
): { readonly squared: Rational; readonly sign: -1 | 0 | 1 } | undefined {
  const [ab, aa, bb] = [spread(sums, 0, 1), spread(sums, 0, 0), spread(sums, 1, 1)];
  if (aa.num <= 0n || bb.num <= 0n) return undefined;
  const square = divide(multiply(ab, ab), multiply(aa, bb));
  const sign = ab.num > 0n ? 1 : ab.num < 0n ? -1 : 0;
  return { squared: square.num > square.den ? rational(1n) : square, sign };
}

/** The range of the correlation, never beyond [−1, 1]. */
export function correlationRange({ n, sums, product }: Sums<Range>): Range {
  const none = exactly(zero);
  const [a, b] = [sums[0] ?? none, sums[1] ?? none];
  const variances = times(minus(times(n, product(0, 0)), squared(a)), minus(times(n, product(1, 1)), squared(b)));
  const found = over(minus(times(n, product(0, 1)), times(a, b)), root(variances));
  const [least, most] = [rational(-1n), rational(1n)];
  return found ? within(found, least, most) : { low: exactly(least).low, high: exactly(most).high };
}

/** The normal equations of the first variable on a constant and the others; the right side is the last column. */
function normal<T>({ n, sums, product }: Sums<T>, none: T): T[][] {
  const others = sums.map((_, at) => at).slice(1);
  return [
    [n, ...others.map((at) => sums[at] ?? none), sums[0] ?? none],
    ...others.map((a) => [sums[a] ?? none, ...others.map((b) => product(a, b)), product(a, 0)]),
  ];
}

/** Intercept and slopes of the first variable on the others, in fractions; undefined when singular. */
export const regress = (sums: Sums<Rational>): readonly Rational[] | undefined => solve(normal(sums, zero));

/** Ranges of the same; undefined when the sums may be singular. */
export const regressRange = (sums: Sums<Range>): readonly Range[] | undefined =>
  solved(normal(sums, { low: 0n, high: 0n }));

function solve(rows: Rational[][]): readonly Rational[] | undefined {
  const size = rows.length;
  for (let at = 0; at < size; at += 1) {
    const pivot = rows.findIndex((row, index) => index >= at && (row[at] ?? zero).num !== 0n);
    if (pivot < 0) return undefined;
    const chosen = rows[pivot] ?? [];
    rows[pivot] = rows[at] ?? [];
    const scaled = chosen.map((value) => divide(value, chosen[at] ?? zero));
    rows[at] = scaled;
    rows.forEach((row, index) => {
      const by = row[at] ?? zero;
      if (index !== at && by.num !== 0n)
        rows[index] = row.map((value, column) => subtract(value, multiply(by, scaled[column] ?? zero)));
    });
  }
  return rows.map((row) => row[size] ?? zero);
}
