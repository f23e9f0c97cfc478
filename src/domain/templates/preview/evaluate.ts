// A plan over rows in memory, in plain TypeScript: what a preview runs, and the oracle that every source is compared with.
import { createHash } from 'node:crypto';
import { hex } from '../../canonical';
import { CERTAIN, chanceAt, predictorOf } from '../link';
import type { Factor, GroupRow, LinkMoment, SumsAggregate, SumsPlan } from '../plan';
import { keyReader, passes, type KeyPart } from './keys';
import { fixed, textOf, truthOf, type Row } from './values';

/**
 * Ranks the groups of one unit; those with the least text are kept. `key` holds the texts that sources hash: a band as its
 * scaled lower edge, a grid cell as row × cols + col, anything else as its key.
 */
export type Choice = (unit: string, key: readonly string[]) => string;

/** The choice that the sources' SQL makes: md5 over the hex secret, the unit and the key, divided by U+001F. */
export const keyedChoice =
  (secret: Uint8Array): Choice =>
  (unit, key) =>
    createHash('md5')
      .update([hex(secret), unit, ...key].join('\u001f'))
      .digest('hex');

interface Held {
  readonly key: readonly KeyPart[];
  values: bigint[];
}

/** Exactly what a source returns for the plan: groups with at least one contributor, in no promised order. */
export function evaluate(
  plan: SumsPlan,
  rows: readonly Row[],
  choice: Choice = keyedChoice(new Uint8Array(32)),
): GroupRow[] {
  const groups = new Map<string, { key: readonly string[]; contributors: bigint; values: bigint[] }>();
  for (const [unit, held] of folded(plan, rows)) {
    for (const { key, values } of kept(plan, unit, [...held.values()], choice)) {
      const shown = key.map((part) => part.shown);
      const name = JSON.stringify(shown);
      const group = groups.get(name) ?? { key: shown, contributors: 0n, values: plan.aggregates.map(() => 0n) };
      const clips = plan.aggregates.map((aggregate, i) => clipped(aggregate, values[i] ?? 0n));
      const added = group.values.map((value, i) => value + (clips[i] ?? 0n));
      groups.set(name, { key: shown, contributors: group.contributors + 1n, values: added });
    }
  }
  return [...groups.values()];
}

/** Steps 1 and 2 of the SQL contract: filter, then one entry per unit and group. */
function folded(plan: SumsPlan, rows: readonly Row[]): Map<string, Map<string, Held>> {
  const readers = plan.groups.map(keyReader);
  const units = new Map<string, Map<string, Held>>();
  for (const row of rows) {
    const unit = textOf(row[plan.unit]);
    if (unit === undefined || !plan.filters.every((filter) => passes(filter, row))) continue;
    const key = readers.flatMap((read) => read(row) ?? []);
    if (key.length < readers.length) continue;
    const groups = units.get(unit) ?? new Map<string, Held>();
    units.set(unit, groups);
    const name = JSON.stringify(key.map((part) => part.ranked));
    const held = groups.get(name) ?? { key, values: plan.aggregates.map(() => 0n) };
    groups.set(name, held);
    held.values = plan.aggregates.map((aggregate, i) => (held.values[i] ?? 0n) + rowValue(aggregate, row));
  }
  return units;
}

/** Step 4: at most `groupsPerUnit` groups of a unit. */
function kept(plan: SumsPlan, unit: string, held: readonly Held[], choice: Choice): readonly Held[] {
  if (held.length <= plan.groupsPerUnit) return held;
  const ranked = held.map((group) => {
    const texts = group.key.map((part) => part.ranked);
    return { group, rank: [choice(unit, texts), ...texts] };
  });
  ranked.sort((a, b) => compareTexts(a.rank, b.rank));
  return ranked.slice(0, plan.groupsPerUnit).map(({ group }) => group);
}

function compareTexts(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, i) => text !== b[i]);
  return at < 0 ? 0 : Buffer.compare(Buffer.from(a[at] ?? ''), Buffer.from(b[at] ?? ''));
}

function rowValue(aggregate: SumsAggregate, row: Row): bigint {
  if (aggregate.of === 'rows')
    return aggregate.column === undefined || fixed(row[aggregate.column], 0) !== undefined ? 1n : 0n;
  if (aggregate.of === 'moment') {
    if (!isWhole(aggregate, row)) return 0n;
    return product(aggregate.factors, row);
  }
  if (aggregate.of === 'link') {
    if (!isWhole(aggregate, row)) return 0n;
    const chance = chanceAt(predictorOf(aggregate.link, (factor) => centredOf(factor, row) ?? 0n));
    const { value } = aggregate;
    const weight =
      value.of === 'residual' ? (centredOf(value.target, row) ?? 0n) * CERTAIN - chance : chance * (CERTAIN - chance);
    return weight * product(aggregate.factors, row);
  }
  const centred = centredOf(aggregate, row);
  if (centred === undefined) return 0n; // a row without a number adds nothing
  return aggregate.power === 2 ? centred * centred : centred;
}

const product = (factors: readonly Factor[], row: Row): bigint =>
  factors.reduce((sofar, factor) => sofar * (centredOf(factor, row) ?? 0n), 1n);

const isWhole = ({ complete, present = [] }: Pick<LinkMoment, 'complete' | 'present'>, row: Row): boolean =>
  complete.every((column) => fixed(row[column], 0) !== undefined) &&
  present.every((factor) => tested(factor, row) !== undefined);

/** What a test looks at. */
const tested = ({ column, is }: Factor, row: Row): string | boolean | undefined =>
  typeof is === 'boolean' ? truthOf(row[column]) : textOf(row[column]);

function centredOf(factor: Factor, row: Row): bigint | undefined {
  const { column, scale, low, high, offset, is } = factor;
  if (is !== undefined) return tested(factor, row) === is ? 1n : 0n;
  const value = fixed(row[column], scale);
  return value === undefined ? undefined : clamp(value, low, high) - offset;
}

const clamp = (n: bigint, low: bigint, high: bigint): bigint => (n < low ? low : n > high ? high : n);

/** Step 3: the most that one unit may change one group. */
const clipped = (aggregate: SumsAggregate, total: bigint): bigint =>
  aggregate.of === 'rows' ? clamp(total, 0n, aggregate.perUnit) : clamp(total, aggregate.lowest, aggregate.highest);
