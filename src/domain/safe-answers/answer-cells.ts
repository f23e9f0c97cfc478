// Noisy cells become the cells of an answer: values, intervals, and what is withheld. Post-processing only.
import type { Json } from '../canonical';
import type { Plan, PlannedMeasure } from '../templates/plan';
import { consistent } from './consistent';
import { figure, integer } from './decimal';
import {
  countEstimate,
  meanEstimate,
  sumEstimate,
  varianceEstimate,
  type Bounded,
  type Estimate,
  type Noisy,
} from './estimates';
import { halfWidth } from './half-width';
import { jointReach } from './joint-reach';
import type { NoisyCell } from './noisy-cells';
import { rational } from './rational';
import { columnsOf, floorColumn, type ColumnName, type NoisedColumn } from './split';

export interface AnswerCells {
  readonly cells: readonly Json[];
  /** Histogram totals per outer group; absent without a histogram. */
  readonly totals: readonly Json[];
  /** How many cells hide sums, means or variances because of the floor. */
  readonly withheld: number;
}

/** The miss of 5 % is shared equally by the numbers an estimate is made of (Bonferroni): 95 %, 97.5 %, 98.33 %. */
export const coverageOf = (numbers: number): ReturnType<typeof rational> =>
  rational(20n * BigInt(numbers) - 1n, 20n * BigInt(numbers));

const shown = ({ value, low, high, scale }: Estimate): Json => ({
  value: figure(value, scale),
  low: figure(low, scale),
  high: figure(high, scale),
});

function boundedAt(plan: Plan, index: number): Bounded {
  const found = plan.aggregates[index];
  if (found?.of !== 'sum') throw new Error('this measure reads a sum');
  return found;
}

/** Reads one noisy column of one cell with the reach its measure needs. */
type Reader = (name: ColumnName) => Noisy;

function reader(cell: NoisyCell, columns: ReadonlyMap<ColumnName, NoisedColumn>, numbers: number): Reader {
  return (name) => {
    const [at, column] = [cell.noisy.get(name), columns.get(name)];
    if (at === undefined || !column) throw new Error(`column ${name} was not noised`);
    return { at, reach: halfWidth(column.noise, coverageOf(numbers)) };
  };
}

function estimate(plan: Plan, measure: PlannedMeasure, read: Reader, consistentUnits: bigint | undefined): Estimate {
  switch (measure.of) {
    case 'units':
    case 'histogram':
      return countEstimate(read('units'), consistentUnits);
    case 'count':
      return countEstimate(read(`a${measure.rows}`));
    case 'sum':
      return sumEstimate(measure, read(`a${measure.total}`), boundedAt(plan, measure.total));
    case 'mean':
      return meanEstimate(measure, read(`a${measure.total}`), read(`a${measure.rows}`), boundedAt(plan, measure.total));
    case 'variance':
      return varianceEstimate(
        measure,
        read(`a${measure.total}`),
        read(`a${measure.squares}`),
        read(`a${measure.rows}`),
      );
  }
}

/** Indices of the cells of each outer group: all parts of the key but the last. */
function outerGroups(cells: readonly NoisyCell[]): readonly { key: readonly string[]; at: readonly number[] }[] {
  const groups = new Map<string, { key: readonly string[]; at: number[] }>();
  for (const [i, cell] of cells.entries()) {
    const key = cell.key.slice(0, -1);
    const group = groups.get(JSON.stringify(key)) ?? { key, at: [] };
    group.at.push(i);
    groups.set(JSON.stringify(key), group);
  }
  return [...groups.values()];
}

const unitsAt = (cells: readonly NoisyCell[], at: readonly number[]): bigint[] =>
  at.map((i) => cells[i]?.noisy.get('units') ?? 0n);

interface Consistent {
  readonly units: ReadonlyMap<number, bigint>;
  readonly totals: readonly Json[];
}

/** Histograms alone: parts shown add up to the total shown. The total's interval is that of all their noises. */
function histogramTotals(cells: readonly NoisyCell[], units: NoisedColumn): Consistent {
  const kept = new Map<number, bigint>();
  const totals = outerGroups(cells).map(({ key, at }) => {
    const raw = unitsAt(cells, at);
    const parts = consistent(raw);
    at.forEach((cell, i) => kept.set(cell, parts[i] ?? 0n));
    const reach = jointReach(
      at.map(() => units.noise),
      coverageOf(1),
    );
    return { key, ...(shown(countEstimate({ at: raw.reduce((a, b) => a + b, 0n), reach })) as object) };
  });
  return { units: kept, totals };
}

/** What is shown of the noisy columns themselves: parts from several repositories are added from these. */
function noisyShown(cell: NoisyCell, hidden: boolean, counts: ReadonlySet<ColumnName>): Json {
  const open = [...cell.noisy].filter(([name]) => !hidden || counts.has(name));
  return Object.fromEntries(open.map(([name, at]) => [name, integer(at)]));
}

/** Columns that are counts and stay visible below the floor. */
function countColumns(plan: Plan): ReadonlySet<ColumnName> {
  const counted = plan.measures.filter((m) => m.of === 'units' || m.of === 'histogram' || m.of === 'count');
  return new Set<ColumnName>(['units', ...counted.flatMap(columnsOf)]);
}

const isCount = (measure: PlannedMeasure): boolean =>
  measure.of === 'units' || measure.of === 'histogram' || measure.of === 'count';

/**
 * Cells in declared order: `{key, values: {as: {value, low, high} | {withheld: 'FLOOR'}}, noisy: {column: integer}}`.
 * Below `minUnits` noisy units, sums, means and variances are withheld, and the noisy columns behind them too.
 */
export function answerCells(plan: Plan, cells: readonly NoisyCell[], columns: readonly NoisedColumn[]): AnswerCells {
  const named = new Map(columns.map((column) => [column.name, column]));
  const floor = floorColumn(plan, columns);
  const units = named.get('units');
  const histogram =
    plan.measures.some((m) => m.of === 'histogram') && units ? histogramTotals(cells, units) : undefined;
  const counts = countColumns(plan);
  let withheld = 0;
  const answered = cells.map((cell, i): Json => {
    const hidden = floor !== undefined && (cell.noisy.get(floor) ?? 0n) < BigInt(plan.privacy.minUnits);
    if (hidden) withheld += 1;
    const values = plan.measures.map((measure): [string, Json] => {
      if (hidden && !isCount(measure)) return [measure.as, { withheld: 'FLOOR' }];
      const read = reader(cell, named, columnsOf(measure).length);
      return [measure.as, shown(estimate(plan, measure, read, histogram?.units.get(i)))];
    });
    return { key: cell.key, values: Object.fromEntries(values), noisy: noisyShown(cell, hidden, counts) };
  });
  return { cells: answered, totals: histogram?.totals ?? [], withheld };
}
