// Templates with declared keys as one vector: units, counts, sums, means, variances, histograms, grids, flows, quantiles, moments.
import { Refusal } from '../../refusals';
import type { GroupRow, SumsAggregate, SumsMeasure, SumsPlan } from '../../templates/plan';
import { axisOf, groupsOf, places } from './axes';
import { Encoder, layOut, type BlockWish, type ContributionPlan } from './plan';

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const linf = (aggregate: SumsAggregate): bigint =>
  aggregate.of === 'rows'
    ? aggregate.perUnit
    : [magnitude(aggregate.lowest), magnitude(aggregate.highest)].reduce((a, b) => (a > b ? a : b));

/** Aggregates that the measures read, by index, and whether they read the count of units. */
function used(measures: readonly SumsMeasure[]): {
  readonly units: boolean;
  readonly aggregates: readonly number[];
} {
  const aggregates = new Set<number>();
  let units = false;
  for (const measure of measures) {
    if (measure.of === 'units' || measure.of === 'histogram' || measure.of === 'quantile') units = true;
    if ('rows' in measure) aggregates.add(measure.rows);
    if ('total' in measure) aggregates.add(measure.total);
    if ('squares' in measure) aggregates.add(measure.squares);
    if ('moments' in measure)
      for (const at of [measure.moments.rows, ...measure.moments.sums, ...measure.moments.products]) aggregates.add(at);
    if ('links' in measure) for (const at of measure.links) aggregates.add(at);
  }
  return { units, aggregates: [...aggregates].sort((a, b) => a - b) };
}

/**
 * The contribution plan of a planned template. `unitsBound` is the most privacy units of one repository.
 * Refuses PLAN_NOT_LINEAR for discovered keys. An origin–destination table is a table of two zone columns.
 */
export function tablePlan(plan: SumsPlan, unitsBound: bigint): ContributionPlan {
  const axes = plan.groups.map(axisOf);
  const length = groupsOf(axes);
  const l0 = BigInt(plan.groupsPerUnit);
  const { units, aggregates } = used(plan.measures);
  const wishes: BlockWish[] = units ? [{ as: 'units', length, sensitivity: l0, changed: l0, bound: unitsBound }] : [];
  for (const at of aggregates) {
    const aggregate = plan.aggregates[at];
    if (!aggregate) throw new Refusal('PLAN_NOT_LINEAR', { aggregate: at });
    wishes.push({
      as: `aggregate-${String(at)}`,
      length,
      sensitivity: l0 * linf(aggregate),
      changed: l0,
      bound: unitsBound * linf(aggregate),
    });
  }
  return layOut('table', axes, wishes);
}

/** One repository's travelling cells from the rows of its source. Groups without rows count zero; unknown keys are refused. */
export const encodeRows = (plan: ContributionPlan, rows: readonly GroupRow[]): bigint[] =>
  encoded(plan, rows, new Array<bigint>(plan.cells).fill(0n));

/** The same as machine words: a million numbers in eight megabytes. Bounds of large questions lie far below 2^63. */
export const encodeLarge = (plan: ContributionPlan, rows: readonly GroupRow[]): BigInt64Array =>
  encoded(plan, rows, new BigInt64Array(plan.cells));

function encoded<T extends bigint[] | BigInt64Array>(plan: ContributionPlan, rows: readonly GroupRow[], cells: T): T {
  const place = places(plan.axes);
  const encoder = new Encoder(plan, cells);
  for (const row of rows) {
    const at = place(row.key);
    if (at === undefined) throw new Refusal('PLAN_NOT_LINEAR', { keys: row.key.length });
    encoder.set(at, (as) =>
      as === 'units' ? row.contributors : (row.values[Number(as.slice('aggregate-'.length))] ?? 0n),
    );
  }
  return encoder.cells;
}
