// One rho, shared over everything a plan measures: the only place where an answer's price is divided.
import { Refusal } from '../refusals';
import type { Aggregate, Plan, PlannedMeasure } from '../templates/plan';
import { declaredKeys } from './keys';
import { noiseFor, type Noise } from './mechanism';
import { add, compare, multiply, parseRational, rational, subtract, one, zero, type Rational } from './rational';

/** `units`: the contributors of a group. `a0`, `a1`, …: the plan's aggregates by index. */
export type ColumnName = 'units' | `a${number}`;

/** One integer vector over all cells: noised once, however many measures read it. */
export interface NoisedColumn {
  readonly name: ColumnName;
  readonly linf: bigint;
  readonly rho: Rational;
  readonly noise: Noise;
}

/** Spent on counting units where no measure counts them, so that the floor never looks at an exact number. */
export const FLOOR_SHARE = rational(1n, 5n);

export const aggregateColumn = (index: number): ColumnName => `a${index}`;

/** The columns a measure reads. */
export function columnsOf(measure: PlannedMeasure): readonly ColumnName[] {
  switch (measure.of) {
    case 'units':
    case 'histogram':
      return ['units'];
    case 'count':
      return [aggregateColumn(measure.rows)];
    case 'sum':
      return [aggregateColumn(measure.total)];
    case 'mean':
      return [aggregateColumn(measure.total), aggregateColumn(measure.rows)];
    case 'variance':
      return [aggregateColumn(measure.total), aggregateColumn(measure.squares), aggregateColumn(measure.rows)];
  }
}

const size = (n: bigint): bigint => (n < 0n ? -n : n);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function aggregateAt(plan: Plan, name: ColumnName): Aggregate {
  const found = plan.aggregates[Number(name.slice(1))];
  if (!found) throw new Error(`plan has no aggregate ${name}`);
  return found;
}

function linfOf(plan: Plan, name: ColumnName): bigint {
  if (name === 'units') return 1n;
  const aggregate = aggregateAt(plan, name);
  const most = aggregate.of === 'rows' ? aggregate.perUnit : larger(size(aggregate.lowest), size(aggregate.highest));
  return larger(most, 1n);
}

/** A column that never exceeds the units of its group can stand for them at the floor. */
const countsUnits = (plan: Plan, name: ColumnName): boolean => {
  if (name === 'units') return true;
  const aggregate = aggregateAt(plan, name);
  return aggregate.of === 'rows' && aggregate.perUnit === 1n;
};

/** L0, or fewer where the question has fewer cells: a unit cannot be in more groups than are answered. */
export const groupsPerUnit = (plan: Plan): bigint =>
  BigInt(Math.max(1, Math.min(plan.groupsPerUnit, declaredKeys(plan).length)));

/** Rho of the whole plan. Refuses RHO_NOT_POSITIVE. */
export function rhoOf(plan: Plan): Rational {
  const rho = parseRational(plan.privacy.rho);
  if (compare(rho, zero) <= 0) throw new Refusal('RHO_NOT_POSITIVE');
  return rho;
}

/** Needed only by measures that are withheld below the floor. */
const needsFloor = (plan: Plan): boolean =>
  plan.measures.some((m) => m.of === 'sum' || m.of === 'mean' || m.of === 'variance');

/**
 * Shares sum to rho exactly. Every measure gets an equal share and divides it equally over the columns it reads (a mean:
 * half for the sum, half for the rows); a column read by several measures is noised once with all their shares together.
 * Where sums must be withheld below the floor and no column counts units, 1/5 of rho first buys such a column.
 */
export function splitRho(plan: Plan): readonly NoisedColumn[] {
  const rho = rhoOf(plan);
  const read = plan.measures.map(columnsOf);
  if (read.length === 0) throw new Error('a plan measures something');
  const shares = new Map<ColumnName, Rational>();
  const give = (name: ColumnName, share: Rational): void => {
    shares.set(name, add(shares.get(name) ?? zero, share));
  };
  const bought = needsFloor(plan) && !read.flat().some((name) => countsUnits(plan, name));
  if (bought) give('units', multiply(rho, FLOOR_SHARE));
  const rest = bought ? multiply(rho, subtract(one, FLOOR_SHARE)) : rho;
  for (const names of read)
    for (const name of names) give(name, multiply(rest, rational(1n, BigInt(read.length * names.length))));
  const l0 = groupsPerUnit(plan);
  return [...shares].map(([name, share]) => {
    const linf = linfOf(plan, name);
    return { name, linf, rho: share, noise: noiseFor(plan.privacy.mechanism, { l0, linf }, share) };
  });
}

/** The column that the floor looks at: counted units, or rows of which a unit has at most one. Undefined if unneeded. */
export function floorColumn(plan: Plan, columns: readonly NoisedColumn[]): ColumnName | undefined {
  if (!needsFloor(plan)) return undefined;
  const names = columns.map((column) => column.name);
  return names.includes('units') ? 'units' : names.find((name) => countsUnits(plan, name));
}
