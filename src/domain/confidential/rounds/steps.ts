// From released sums to the next coefficients: Newton's first step is read from the start, later ones learn from how slopes fell.
import { ln, UNIT } from '../../safe-answers/bounds';
import { add, compare, divide, multiply, rational, subtract, zero, type Rational } from '../../safe-answers/rational';
import type { JsonObject } from '../../canonical';
import { CERTAIN, chanceAt, PREDICTOR_BITS } from '../../templates';
import { combinedOf, onGrid, parametersOf, roundPlan, type Fit, type PlannedRound, type Released } from './fit';
import { apply, dot, inverse, largest, minus, plus, raised, scaled, size, type Matrix, type Vector } from './matrices';
import { nearest } from '../../safe-answers/decimal';
import { slopesOf, startOf, type Slopes, type Start } from './sums';

/** A place where slopes are known. */
export interface Point {
  readonly at: Vector;
  readonly slopes: Slopes;
}

export interface Walked {
  readonly start: Start;
  /** The start's own point first: it was never asked for, because at a constant chance slopes follow from the moments. */
  readonly points: readonly Point[];
  /** What turns slopes into steps after the last point. */
  readonly turn: Matrix;
  /** Where the next round is asked, and which; undefined when the curvature is there. */
  readonly next: { readonly round: number; readonly parameters: JsonObject } | undefined;
  readonly rounds: readonly PlannedRound[];
}

/** No step moves a coefficient farther: with noise in the moments it could. */
const FARTHEST_STEP = rational(2n);
const LEAST_SHARE = rational(1n, 100n);

/** How many numbers a fit's last figures are read from: the slopes, the curvature, and the rows. */
export const readTogether = ({ grids: { length } }: Fit): number => 1 + length + (length * (length + 1)) / 2;

/** The whole way of a fit so far. Refuses PLAN_NOT_LINEAR for cells that are not the round's. */
export function walk(fit: Fit, released: readonly Released[]): Walked | undefined {
  const [first, ...later] = released;
  if (first === undefined) return undefined;
  const together = readTogether(fit);
  const begun = roundPlan(fit, fit.parameters);
  if (begun.measure.round !== 'start') return undefined;
  const start = startOf(begun.measure, begun.demands.contribution, combinedOf(begun, first), together);
  const still = constantOnly(fit, start);
  // Too few people for any figure: no more is asked.
  if (compare(start.rows, rational(BigInt(fit.template.privacy.minUnits))) < 0)
    return { start, points: [still.point], turn: [], rounds: [begun], next: undefined };
  // Without variables every row has one weight, so that moments times it are the curvature, and the first step is Newton's own.
  const inverted = steady(start);
  let turn: Matrix = inverted.map((row) => scaled(divide(rational(1n), still.weight), row).map(rounded));
  let point = still.point;
  let next = stepFrom(fit, point, turn);
  const [points, rounds] = [[point], [begun]];
  const last = fit.measure.rounds - 1;
  for (const [index, sums] of later.entries()) {
    const round = index + 1;
    const asked = roundPlan(fit, parametersOf(fit, round, next));
    const { measure } = asked;
    if (measure.round !== 'slopes') break;
    rounds.push(asked);
    const slopes = slopesOf(measure, asked.demands.contribution, combinedOf(asked, sums), together);
    const here: Point = { at: next, slopes };
    points.push(here);
    turn = learnt(turn, point, here);
    const onward = stepFrom(fit, here, turn);
    const stays = onward.every((value, at) => compare(value, here.at[at] ?? zero) === 0);
    point = here;
    if (round === last - 1 || stays || quiet(slopes)) {
      const parameters = parametersOf(fit, last, here.at);
      const curved = later[index + 1] !== undefined;
      if (curved) rounds.push(roundPlan(fit, parameters));
      return { start, points, turn, rounds, next: curved ? undefined : { round: last, parameters } };
    }
    next = onward;
  }
  const round = points.length;
  return { start, points, turn, rounds, next: { round, parameters: parametersOf(fit, round, next) } };
}

/** Every slope is within its noise: another step would follow the noise. */
const quiet = ({ values, halves }: Slopes): boolean =>
  values.every((value, at) => compare(size(value), halves[at] ?? zero) <= 0);

/** The fit without variables: its chance is the share of ones, and its slopes are read from the moments. */
function constantOnly(fit: Fit, start: Start): { readonly point: Point; readonly weight: Rational } {
  const most = subtract(rational(1n), LEAST_SHARE);
  const found = start.rows.num > 0n ? divide(start.cross[0] ?? zero, start.rows) : rational(1n, 2n);
  const share = compare(found, LEAST_SHARE) < 0 ? LEAST_SHARE : compare(found, most) > 0 ? most : found;
  const [grid] = fit.grids;
  const logit = rational(ln(divide(share, subtract(rational(1n), share))).lo, UNIT);
  const constant = grid === undefined ? zero : onGrid(grid, logit);
  const chance = rational(chanceAt((constant.num << PREDICTOR_BITS) / constant.den), CERTAIN);
  const at = fit.grids.map((_, i) => (i === 0 ? constant : zero));
  const values = minus(start.cross, scaled(chance, start.gram[0] ?? []));
  const slopes = { values, halves: values.map(() => start.rowsHalf) };
  return { point: { at, slopes }, weight: multiply(chance, subtract(rational(1n), chance)) };
}

/** Where a step leads, held to the longest step and to the grid. */
function stepFrom(fit: Fit, { at, slopes }: Point, turn: Matrix): Vector {
  const step = held(apply(turn, slopes.values));
  return plus(at, step).map((value, i) => {
    const grid = fit.grids[i];
    return grid === undefined ? value : onGrid(grid, value);
  });
}

/** The inverse of the moments with just as much on their diagonal as noise may have taken from it, doubled until it exists. */
function steady({ gram, rowsHalf }: Start): Matrix {
  for (let by = rowsHalf; ; by = multiply(add(by, rational(1n)), rational(2n))) {
    const found = inverse(raised(gram, by));
    if (found !== undefined) return found;
  }
}

export function held(step: Vector): Vector {
  const farthest = largest(step.map(size));
  return compare(farthest, FARTHEST_STEP) <= 0 ? step : scaled(divide(FARTHEST_STEP, farthest), step);
}

/**
 * What turns slopes into steps, after one more pair of points: it gives back the last step for the fall of the slopes along it, and
 * changes little else (Broyden, Fletcher, Goldfarb, Shanno 1970). A fall that noise alone could have made changes nothing.
 */
function learnt(turn: Matrix, from: Point, to: Point): Matrix {
  const moved = minus(to.at, from.at);
  const fell = minus(from.slopes.values, to.slopes.values);
  const along = dot(moved, fell);
  const noise = dot(moved.map(size), plus(from.slopes.halves, to.slopes.halves));
  if (compare(along, noise) <= 0) return turn;
  const rho = divide(rational(1n), along);
  const turned = apply(turn, fell);
  const more = multiply(rho, add(rational(1n), multiply(rho, dot(fell, turned))));
  return turn.map((row, i) =>
    row.map((value, j) => {
      const [a, b] = [moved[i] ?? zero, moved[j] ?? zero];
      const cross = add(multiply(a, turned[j] ?? zero), multiply(turned[i] ?? zero, b));
      return rounded(add(subtract(value, multiply(rho, cross)), multiply(more, multiply(a, b))));
    }),
  );
}

const FINE = 1n << 96n;
/** Fractions would grow from step to step. */
const rounded = ({ num, den }: Rational): Rational => rational(nearest(num * FINE, den), FINE);
