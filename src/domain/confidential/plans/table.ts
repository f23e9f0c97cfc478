// Templates with declared keys as one vector: units, counts, sums, means, variances, histograms, grids, flows, quantiles, moments.
import { Refusal } from '../../refusals';
import { bandKey } from '../../safe-answers/keys';
import type { GroupRow, Grouping, SumsAggregate, SumsMeasure, SumsPlan } from '../../templates/plan';
import { encode, layOut, type BlockWish, type ContributionPlan } from './plan';

/** Between the parts of a group's key; cannot occur in declared keys. */
export const KEY_JOIN = '\u001f';

/** Every key of one grouping, or PLAN_NOT_LINEAR where keys are only discovered in the rows. */
export function keysOf(group: Grouping): readonly string[] {
  switch (group.of) {
    case 'column':
      if (group.keys === 'discovered') throw new Refusal('PLAN_NOT_LINEAR', { column: group.column });
      return group.keys;
    case 'bucket':
      return group.keys;
    case 'band':
      return group.edges.slice(0, -1).map((edge) => bandKey(edge, group.scale));
    case 'grid':
      return Array.from(
        { length: group.rows * group.cols },
        (_, at) => `${String(Math.floor(at / group.cols))}:${String(at % group.cols)}`,
      );
  }
}

const product = (groups: readonly Grouping[]): string[] =>
  groups.reduce<string[]>(
    (all, group) => all.flatMap((head) => keysOf(group).map((key) => (head === '' ? key : `${head}${KEY_JOIN}${key}`))),
    [''],
  );

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
  }
  return { units, aggregates: [...aggregates].sort((a, b) => a - b) };
}

/**
 * The contribution plan of a planned template. `unitsBound` is the most privacy units of one repository.
 * Refuses PLAN_NOT_LINEAR for discovered keys. An origin–destination table is a table of two zone columns.
 */
export function tablePlan(plan: SumsPlan, unitsBound: bigint): ContributionPlan {
  const keys = product(plan.groups);
  const l0 = BigInt(plan.groupsPerUnit);
  const { units, aggregates } = used(plan.measures);
  const wishes: BlockWish[] = units
    ? [{ as: 'units', length: keys.length, sensitivity: l0, changed: l0, bound: unitsBound }]
    : [];
  for (const at of aggregates) {
    const aggregate = plan.aggregates[at];
    if (!aggregate) throw new Refusal('PLAN_NOT_LINEAR', { aggregate: at });
    wishes.push({
      as: `aggregate-${String(at)}`,
      length: keys.length,
      sensitivity: l0 * linf(aggregate),
      changed: l0,
      bound: unitsBound * linf(aggregate),
    });
  }
  return layOut('table', keys, wishes);
}

/** One repository's travelling cells from the rows of its source. Groups without rows count zero; unknown keys are refused. */
export function encodeRows(plan: ContributionPlan, rows: readonly GroupRow[]): bigint[] {
  const place = new Map(plan.keys.map((key, at) => [key, at]));
  const exact = new Map(plan.blocks.map(({ as, length }) => [as, new Array<bigint>(length).fill(0n)]));
  for (const row of rows) {
    const at = place.get(row.key.join(KEY_JOIN));
    if (at === undefined) throw new Refusal('PLAN_NOT_LINEAR', { keys: row.key.length });
    for (const [as, cells] of exact)
      cells[at] = as === 'units' ? row.contributors : (row.values[Number(as.slice('aggregate-'.length))] ?? 0n);
  }
  return encode(plan, exact);
}
