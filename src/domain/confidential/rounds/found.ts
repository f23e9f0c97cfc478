// What a finished fit says: one last Newton step, and how far from it the fit over the sums without noise may lie. Exact fractions.
import { expNegative, sqrt, UNIT } from '../../safe-answers/bounds';
import {
  add,
  compare,
  divide,
  multiply,
  parseRational,
  rational,
  subtract,
  sumOf,
  zero,
  type Rational,
} from '../../safe-answers/rational';
import { CHANCE_ERROR, halfRange } from '../../templates';
import { EVEN } from '../plans/plan';
import { combinedOf, variablesOf, type Fit, type PlannedRound, type Released } from './fit';
import { apply, dot, inverse, largest, plus, scaled, size, sizes, type Matrix, type Vector } from './matrices';
import { held, readTogether, walk } from './steps';
import { curvatureOf, type Curvature, type Slopes, type Start } from './sums';

/** `low` to `high` holds the fit without noise with probability 0.95; absent where noise leaves no such range. */
export interface Coefficient {
  /** Undefined for the constant. */
  readonly column: string | undefined;
  readonly value: Rational;
  readonly low?: Rational;
  readonly high?: Rational;
  /** Sampling error as in any logistic regression, from the noisy curvature; absent where noise took it. */
  readonly error?: Rational;
  /** Standard deviation of what noise does to the value, to first order: an expectation where `low` and `high` are a proof. */
  readonly noise?: Rational;
  readonly digits: number;
}

export interface FoundFit {
  readonly rows: Rational;
  /** Fewer rows than the template's floor: there are no coefficients. */
  readonly withheld: boolean;
  /** In the variables' own units, the constant first. */
  readonly coefficients: readonly Coefficient[];
}

/** What a whole fit says; undefined while a round is missing. */
export function found(fit: Fit, released: readonly Released[]): FoundFit | undefined {
  const walked = walk(fit, released);
  if (walked === undefined || walked.next !== undefined) return undefined;
  const { start, points, rounds, turn } = walked;
  const [last, asked, sums] = [points.at(-1), rounds.at(-1), released.at(-1)];
  if (asked?.measure.round === 'start') return { rows: start.rows, withheld: true, coefficients: [] };
  if (last === undefined || sums === undefined || asked?.measure.round !== 'curvature') return undefined;
  const curvature = curvatureOf(asked.measure, asked.demands.contribution, combinedOf(asked, sums), readTogether(fit));
  const spread = inverse(curvature.values);
  const step = spread === undefined ? held(apply(turn, last.slopes.values)) : apply(spread, last.slopes.values);
  const off = spread && reach(spread, step, last.slopes, curvature, start);
  const uneven = { slopes: deviations(rounds.at(-2), fit), curvature: deviations(asked, fit) };
  const ways = spread && { spread, off, step, uneven };
  return { rows: start.rows, withheld: false, coefficients: inUnits(asked, plus(last.at, step), ways) };
}

/** Where a fit stands that is not at its end: no ranges, because nothing bounds how far it has to go. */
export function soFar(fit: Fit, released: readonly Released[]): FoundFit | undefined {
  const walked = walk(fit, released);
  const [asked, last] = [walked?.rounds[0], walked?.points.at(-1)];
  if (walked === undefined || asked === undefined || last === undefined) return undefined;
  return { rows: walked.start.rows, withheld: false, coefficients: inUnits(asked, last.at) };
}

/** Where a curvature is: its inverse, the proven reach, the last step, and one normalised cell's noise in the last two rounds. */
interface Ways {
  readonly spread: Matrix;
  readonly off: Vector | undefined;
  readonly step: Vector;
  readonly uneven: { readonly slopes: Rational; readonly curvature: Rational };
}

/** x' = (10^s·x − offset)/half: the slope per unit of x, and what the offsets take from the constant. */
function inUnits(asked: PlannedRound, values: Vector, ways?: Ways): readonly Coefficient[] {
  const variables = variablesOf(asked);
  const rows = [
    [rational(1n), ...variables.map((factor) => rational(-factor.offset, halfRange(factor)))],
    ...variables.map((factor, i) => [
      zero,
      ...variables.map((_, j) => (i === j ? rational(10n ** BigInt(factor.scale), halfRange(factor)) : zero)),
    ]),
  ];
  return rows.map((row, at): Coefficient => {
    const factor = variables[at - 1];
    const value = dot(row, values);
    const half = ways?.off && dot(row.map(size), ways.off);
    return {
      column: factor?.column,
      value,
      ...(half === undefined ? {} : { low: subtract(value, half), high: add(value, half) }),
      ...(ways === undefined ? {} : errorsOf(row, ways)),
      digits: 4 + (factor === undefined ? 0 : String(halfRange(factor) / 10n ** BigInt(factor.scale)).length),
    };
  });
}

/** With C the inverse curvature and a the row: √(a'Ca) for sampling; for noise √(Σ(C a)²·(v + w·Σδ²)), v and w variances of a cell. */
function errorsOf(row: Vector, { spread, step, uneven }: Ways): { readonly error: Rational; readonly noise: Rational } {
  const turned = apply(spread, row);
  const variance = add(uneven.slopes, multiply(uneven.curvature, dot(step, step)));
  return { error: root(dot(row, turned)), noise: root(multiply(dot(turned, turned), variance)) };
}

/** Variance of a cell per half ranges: at most 3·scale² in travelling units, of which a unit's most is EVEN, or less where all travels as it is. */
function deviations(asked: PlannedRound | undefined, { template }: Fit): Rational {
  const scale = asked === undefined ? zero : parseRational(asked.demands.noiseScale);
  const unit = rational(
    BigInt(template.bounds.rowsPerUnit ?? 1),
    asked?.measure.round === 'curvature' ? 4n * EVEN : EVEN,
  );
  return multiply(rational(3n), multiply(multiply(scale, unit), multiply(scale, unit)));
}

/**
 * How far each coefficient of the fit without noise may be from `at` + `step`. Let g be the slopes there, H the curvature, and e and E
 * what noise and the link's table may have changed in them. Two parts:
 * - the Newton step of the true sums, (H + E)⁻¹(g + e), by Rump's bound (`near`);
 * - from there to the fit. On the way, of length D = Σ|δ| at most, a weight falls to no less than e^−tD of itself, because |σ''| ≤ σ'
 *   (Bach 2010): the mean curvature of the way lies between 1 − D/2 and (e^D − 1)/D of H, so that the fit's δ differs by at most
 *   D/(2 − D) of the step in the norm of H; and |x_i| ≤ √(H⁻¹)_ii·‖x‖. D is tried until it holds for itself.
 */
function reach(spread: Matrix, step: Vector, slopes: Slopes, curvature: Curvature, start: Start): Vector | undefined {
  const table = multiply(CHANCE_ERROR, add(start.rows, start.rowsHalf));
  const errors = curvature.halves.map((row) => row.map((half) => add(half, table)));
  const noise = slopes.halves.map((half) => add(half, table));
  const first = near(spread, errors, step, noise);
  if (first === undefined) return undefined;
  const moved = plus(step.map(size), first);
  // ‖δ‖² in the curvature's norm is δ·g.
  const norm = root(dot(moved, plus(slopes.values.map(size), noise)));
  const still = noise.map(() => zero);
  const roots = spread.map((row, i) => {
    const off = near(spread, errors, row, still);
    return off && root(add(row[i] ?? zero, off[i] ?? zero));
  });
  let distance = up(sumOf(moved));
  for (let tries = 0; tries < 24 && compare(distance, rational(1n)) < 0; tries += 1) {
    const drift = multiply(norm, divide(distance, subtract(rational(2n), distance)));
    const off = first.map((value, i) => add(value, multiply(drift, roots[i] ?? zero)));
    const needed = sumOf(plus(step.map(size), off));
    if (compare(needed, distance) <= 0) return off;
    distance = up(multiply(needed, rational(9n, 8n)));
  }
  return undefined;
}

const root = (value: Rational): Rational => rational(sqrt(value).hi, UNIT);

/**
 * Bounds |x − y| where y = C·b for the approximate inverse C, and x solves the system with matrix and right side off by at most
 * `errors` and `noise`: v + ‖v‖·M1/(1 − ‖M‖), v = |C|(noise + errors·|y|), M = |C|·errors (Rump 2010). Undefined where ‖M‖ ≥ 1.
 */
function near(spread: Matrix, errors: Matrix, solution: Vector, noise: Vector): Vector | undefined {
  const sized = sizes(spread);
  const first = apply(sized, plus(noise, apply(errors, solution.map(size))));
  const shares = apply(sized, errors.map(sumOf));
  const most = largest(shares);
  if (compare(most, rational(1n)) >= 0) return undefined;
  return plus(first, scaled(divide(largest(first), subtract(rational(1n), most)), shares));
}

const FINE = 1n << 24n;
const up = ({ num, den }: Rational): Rational => rational((num * FINE) / den + 1n, FINE);

/** e^x, for odds; undefined beyond e^±200. */
export function exponential(x: Rational): Rational | undefined {
  if (size(x).num > 200n * x.den) return undefined;
  const bounds = expNegative(size(x));
  return x.num <= 0n ? rational(bounds.lo, UNIT) : rational(UNIT, bounds.hi);
}
