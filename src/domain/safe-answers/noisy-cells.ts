// From exact groups to noisy ones: the last place that sees an exact number.
import type { GroupRow, Plan } from '../templates/plan';
import { declaredKeys } from './keys';
import type { NoiseSource } from './pool';
import type { ColumnName, NoisedColumn } from './split';

/** A declared cell with its noisy columns; every number in it may leave. */
export interface NoisyCell {
  readonly key: readonly string[];
  readonly noisy: ReadonlyMap<ColumnName, bigint>;
}

const spelled = (key: readonly string[]): string => JSON.stringify(key);

function byKey(plan: Plan, rows: readonly GroupRow[]): ReadonlyMap<string, GroupRow> {
  const found = new Map<string, GroupRow>();
  for (const row of rows) {
    const key = spelled(row.key);
    // A source that breaks its contract is a bug; the words must not carry what it returned.
    if (found.has(key) || row.values.length !== plan.aggregates.length || row.contributors < 0n)
      throw new Error('a source broke the contract of group rows');
    found.set(key, row);
  }
  return found;
}

const exactOf = (row: GroupRow | undefined, name: ColumnName): bigint =>
  name === 'units' ? (row?.contributors ?? 0n) : (row?.values[Number(name.slice(1))] ?? 0n);

/**
 * One cell for every declared key, in declared order, zeros included. Groups that are not declared are dropped: that they
 * exist is a fact about somebody. All noise is taken before the first exact value is read.
 */
export function noisyCells(
  plan: Plan,
  rows: readonly GroupRow[],
  columns: readonly NoisedColumn[],
  source: NoiseSource,
): readonly NoisyCell[] {
  const keys = declaredKeys(plan);
  const noise = columns.map((column) => source.take(column.noise, keys.length));
  const exact = byKey(plan, rows);
  return keys.map((key, cell) => {
    const row = exact.get(spelled(key));
    const noisy = columns.map(({ name }, at): [ColumnName, bigint] => {
      const drawn = noise[at]?.[cell];
      // Without this check a short stock would let an exact value out.
      if (drawn === undefined) throw new Error('noise ran out');
      return [name, exactOf(row, name) + drawn];
    });
    return { key, noisy: new Map(noisy) };
  });
}
