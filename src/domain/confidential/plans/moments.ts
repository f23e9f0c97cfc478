// Correlation and linear regression from sums: n, Σx, Σx·x' over centred, clamped, integer variables.
import { Refusal } from '../../refusals';
import { divide, multiply, rational, subtract, zero, type Rational } from '../../safe-answers/rational';
import { decode, encode, layOut, type ContributionPlan } from './plan';

export interface Variable {
  readonly name: string;
  /** Half of the declared range: centred values lie in [−half, half]. */
  readonly half: bigint;
}

const pairs = (count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, a) => Array.from({ length: count - a }, (__, b) => [a, a + b] as const)).flat();

/** One cell for n, one a variable, one a pair: (p + 1)(p + 2)/2 cells. Each is its own block, so each gets its own gauge. */
export function momentsPlan(variables: readonly Variable[], unitsBound: bigint): ContributionPlan {
  const half = (at: number): bigint => variables[at]?.half ?? 0n;
  const cell = (as: string, sensitivity: bigint) => ({
    as,
    length: 1,
    sensitivity,
    changed: 1n,
    bound: unitsBound * sensitivity,
  });
  return layOut(
    'moments',
    variables.map(({ name }) => name),
    [
      cell('n', 1n),
      ...variables.map(({ half: h }, at) => cell(`s${String(at)}`, h)),
      ...pairs(variables.length).map(([a, b]) => cell(`q${String(a)}-${String(b)}`, half(a) * half(b))),
    ],
  );
}

/** One repository's cells from rows of centred, clamped values, one row a privacy unit. */
export function encodeMoments(plan: ContributionPlan, rows: readonly (readonly bigint[])[]): bigint[] {
  const count = plan.keys.length;
  const sum = (of: (row: readonly bigint[]) => bigint): readonly bigint[] => [
    rows.reduce((total, row) => total + of(row), 0n),
  ];
  const exact = new Map<string, readonly bigint[]>([['n', sum(() => 1n)]]);
  for (let at = 0; at < count; at += 1)
    exact.set(
      `s${String(at)}`,
      sum((row) => row[at] ?? 0n),
    );
  for (const [a, b] of pairs(count))
    exact.set(
      `q${String(a)}-${String(b)}`,
      sum((row) => (row[a] ?? 0n) * (row[b] ?? 0n)),
    );
  return encode(plan, exact);
}

export interface Moments {
  readonly n: Rational;
  readonly sums: readonly Rational[];
  readonly product: (a: number, b: number) => Rational;
}

export function readMoments(plan: ContributionPlan, cells: readonly bigint[]): Moments {
  const one = (as: string): Rational => decode(plan, as, cells)[0] ?? zero;
  return {
    n: one('n'),
    sums: plan.keys.map((_, at) => one(`s${String(at)}`)),
    product: (a, b) => one(`q${String(Math.min(a, b))}-${String(Math.max(a, b))}`),
  };
}

/** n·Σab − Σa·Σb: the covariance up to n². */
const spread = ({ n, sums, product }: Moments, a: number, b: number): Rational =>
  subtract(multiply(n, product(a, b)), multiply(sums[a] ?? zero, sums[b] ?? zero));

/** The square of the correlation and its sign, both exact; undefined when noise left no variance. */
export function correlation(
  moments: Moments,
  a: number,
  b: number,
): { readonly squared: Rational; readonly sign: -1 | 0 | 1 } | undefined {
  const [ab, aa, bb] = [spread(moments, a, b), spread(moments, a, a), spread(moments, b, b)];
  if (aa.num <= 0n || bb.num <= 0n) return undefined;
  const squared = divide(multiply(ab, ab), multiply(aa, bb));
  return { squared: squared.num > squared.den ? rational(1n) : squared, sign: ab.num > 0n ? 1 : ab.num < 0n ? -1 : 0 };
}

/** Intercept and slopes of `target` on the other variables by the normal equations, solved in fractions. Refuses PLAN_NOT_LINEAR when singular. */
export function regress(moments: Moments, target: number): readonly Rational[] {
  const others = moments.sums.map((_, at) => at).filter((at) => at !== target);
  const row = (left: (at: number) => Rational, first: Rational, right: Rational): Rational[] => [
    first,
    ...others.map(left),
    right,
  ];
  const rows = [
    row((at) => moments.sums[at] ?? zero, moments.n, moments.sums[target] ?? zero),
    ...others.map((a) => row((b) => moments.product(a, b), moments.sums[a] ?? zero, moments.product(a, target))),
  ];
  return solve(rows);
}

function solve(rows: Rational[][]): readonly Rational[] {
  const size = rows.length;
  for (let at = 0; at < size; at += 1) {
    const pivot = rows.findIndex((row, index) => index >= at && (row[at] ?? zero).num !== 0n);
    if (pivot < 0) throw new Refusal('PLAN_NOT_LINEAR', { singular: at });
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
