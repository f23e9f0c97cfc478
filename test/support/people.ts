// People with every awkward value, and an oracle of its own for what a plan answers over them: plain code, exact integers.
import { createHash } from 'node:crypto';
import type { Factor, Filter, GroupRow, Grouping, SumsAggregate, SumsPlan } from '../../src/domain/templates/plan';

/** One row. `fee` is decimal text with four places, times are `YYYY-MM-DD HH:MM:SS` in UTC or `infinity`. */
export interface Person {
  readonly world: string;
  readonly id: string | null;
  readonly city: string | null;
  readonly vip: boolean | null;
  readonly pay: number | null;
  readonly fee: string | null;
  readonly big: bigint | null;
  readonly at: string | null;
  readonly day: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** Element column to source column: names that only survive when they are quoted. */
export const personColumns: Readonly<Record<keyof Person, string>> = {
  world: 'World',
  id: 'u',
  city: 'City; name',
  vip: 'g0',
  pay: 'select',
  fee: 'fee "net"',
  big: 'big',
  at: 'at',
  day: 'day',
  lat: 'lat',
  lon: 'lon',
};

/** Types of the columns by dialect-neutral SQL names. */
export const personTypes: Readonly<Record<keyof Person, string>> = {
  world: 'varchar',
  id: 'varchar',
  city: 'varchar',
  vip: 'boolean',
  pay: 'double precision',
  fee: 'decimal(20,4)',
  big: 'bigint',
  at: 'timestamp',
  day: 'date',
  lat: 'double precision',
  lon: 'double precision',
};

export type Chance = () => number;

/** mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function one<T>(chance: Chance, list: readonly T[]): T {
  const found = list[Math.floor(chance() * list.length)];
  if (found === undefined) throw new Error('empty list');
  return found;
}

export const cities = ['a', 'b', 'c', "d'; --", 'é', 'Z'] as const;
const pays = [
  NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  1e308,
  -1e308,
  5e-324,
  0.5,
  1.5,
  2.5,
  -0.5,
  -2.5,
  0.125,
  99.995,
  12.345,
  1e15,
];
const fees = [
  '0.0000',
  '-0.0000',
  '0.0050',
  '0.0049',
  '-0.0050',
  '12.3450',
  '9999999999999999.9999',
  '-9999999999999999.9999',
];
const bigs = [2n ** 63n - 1n, -(2n ** 63n), 0n, 1n, -1n, 42n, 2n ** 53n + 1n];
const times = [
  'infinity',
  '2026-01-01 00:00:00',
  '2026-01-04 23:59:59',
  '2026-01-05 00:00:00',
  '2025-12-31 23:30:00',
  '2026-02-28 12:00:00',
];
const days = ['2026-01-01', '2026-01-31', '2025-12-31'];

const maybe = <T>(chance: Chance, make: () => T): T | null => (chance() < 0.08 ? null : make());

/** A random row of a world; about one value in twelve is missing, about half of the others are awkward. */
export function person(chance: Chance, world: string, id: string | null): Person {
  const near = (): number => Math.round((chance() * 200 - 50) * 1000) / 1000;
  return {
    world,
    id,
    city: maybe(chance, () => one(chance, cities)),
    vip: maybe(chance, () => chance() < 0.5),
    pay: maybe(chance, () => (chance() < 0.5 ? one(chance, pays) : near())),
    fee: maybe(chance, () => (chance() < 0.5 ? one(chance, fees) : near().toFixed(4))),
    big: maybe(chance, () => (chance() < 0.5 ? one(chance, bigs) : BigInt(Math.floor(near())))),
    at: maybe(chance, () => one(chance, times)),
    day: maybe(chance, () => one(chance, days)),
    lat: maybe(chance, () => (chance() < 0.1 ? one(chance, pays) : 10 + chance() * 2)),
    lon: maybe(chance, () => (chance() < 0.1 ? one(chance, pays) : 20 + chance() * 2)),
  };
}

/** A random table: duplicates, rows without a unit, and one unit (`everywhere`) with a row in every city. */
export function table(chance: Chance, world: string): Person[] {
  const rows: Person[] = [];
  const count = 6 + Math.floor(chance() * 30);
  for (let i = 0; i < count; i += 1)
    rows.push(
      person(
        chance,
        world,
        maybe(chance, () => `p${String(Math.floor(chance() * 7))}`),
      ),
    );
  for (const city of cities) rows.push({ ...person(chance, world, 'everywhere'), city });
  const twice = one(chance, rows);
  return [...rows, twice, twice];
}

/** A random plan over one world. */
export function randomPlan(chance: Chance, world: string): SumsPlan {
  const groups = Array.from({ length: Math.floor(chance() * 3) }, () => one(chance, groupings));
  const filters = Array.from({ length: Math.floor(chance() * 2.5) }, () => one(chance, conditions));
  const sums = Array.from({ length: 1 + Math.floor(chance() * 3) }, () => one(chance, aggregates));
  return plan({
    filters: [{ column: 'world', op: '=', values: [world], scale: 0 }, ...filters],
    groups: [...new Set(groups)],
    aggregates: sums,
    groupsPerUnit: 1 + Math.floor(chance() * 3),
  });
}

/** A plan of these parts; without moments it is also a plan in the clear. */
export const plan = <P extends SumsPlan = SumsPlan>(part: Partial<P>): P =>
  ({
    template: `sha256:${'0'.repeat(64)}`,
    element: `sha256:${'0'.repeat(64)}`,
    binding: `sha256:${'0'.repeat(64)}`,
    unit: 'id',
    unitOf: 'person',
    filters: [],
    groups: [],
    groupsPerUnit: 1,
    aggregates: [],
    measures: [],
    privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
    ...part,
  }) as unknown as P;

export const groupings: readonly Grouping[] = [
  { of: 'column', column: 'city', keys: 'discovered' },
  { of: 'column', column: 'city', keys: ['a', "d'; --", 'é', 'nowhere'] },
  { of: 'column', column: 'vip', keys: ['true', 'false'], as: 'boolean' },
  { of: 'column', column: 'pay', keys: ['0', '1', '2', '3', '-1', '-3'], as: 'integer' },
  { of: 'column', column: 'big', keys: 'discovered', as: 'integer' },
  { of: 'column', column: 'day', keys: ['2026-01-01', '2025-12-31'], as: 'day' },
  { of: 'bucket', column: 'at', by: 'hour', keys: ['2026-01-01T00', '2025-12-31T23', '2026-02-28T12'] },
  { of: 'bucket', column: 'at', by: 'week', keys: ['2025-12-29', '2026-01-05'] },
  { of: 'bucket', column: 'day', by: 'month', keys: ['2025-12', '2026-01'] },
  { of: 'band', column: 'pay', scale: 1, edges: [-500n, 0n, 5n, 15n, 1000n] },
  { of: 'band', column: 'fee', scale: 2, edges: [-1n, 0n, 1n, 10000n] },
  { of: 'grid', lat: 'lat', lon: 'lon', scale: 3, south: 10000n, west: 20500n, cell: 500n, rows: 4, cols: 3 },
];

export const conditions: readonly Filter[] = [
  { column: 'city', op: 'in', values: ['a', 'b', "d'; --", 'é'], scale: 0 },
  { column: 'city', op: '>=', values: ['b'], scale: 0 },
  { column: 'vip', op: '=', values: [true], scale: 0 },
  { column: 'pay', op: 'between', values: [-100n, 1250n], scale: 2 },
  { column: 'pay', op: '>', values: [0n], scale: 0 },
  { column: 'fee', op: '<=', values: [1235n], scale: 2 },
  { column: 'big', op: 'in', values: [42n, 0n, 2n ** 53n + 1n], scale: 0 },
  { column: 'big', op: '<', values: [10n], scale: 3 },
  { column: 'at', op: '>=', values: ['2026-01-01'], scale: 0, compare: 'day' },
  { column: 'day', op: 'between', values: ['2026-01-01', '2026-01-30'], scale: 0, compare: 'day' },
];

const sum = (
  column: string,
  scale: number,
  low: bigint,
  high: bigint,
  offset: bigint,
  power: 1 | 2,
  lowest: bigint,
  highest: bigint,
): SumsAggregate => ({
  of: 'sum',
  column,
  scale,
  low,
  high,
  offset,
  power,
  lowest,
  highest,
});

const pay = { column: 'pay', scale: 0, low: 0n, high: 100n, offset: 50n };
const fee = { column: 'fee', scale: 1, low: -20n, high: 300n, offset: 140n };

const big = { column: 'big', scale: 0, low: 0n, high: 1n, offset: 0n };
const UNIT = 1n << 40n;
/** Slopes steep enough that awkward values leave the table at both ends. */
const link = {
  constant: -UNIT / 3n,
  terms: [
    { factor: pay, slope: UNIT / 7n },
    { factor: fee, slope: -UNIT / 11n },
  ],
};
const linked = { of: 'link', link, complete: ['big', 'fee', 'pay'] } as const;
type Factors = readonly Factor[];
const is = (column: string, value: string | boolean): Factor => ({
  ...{ column, scale: 0, low: 0n, high: 1n, offset: 0n },
  is: value,
});
/** With a test for a target: rows count whose column has a value. */
const tested = (target: Factor): SumsAggregate[] => [
  { of: 'moment', factors: [target, pay], complete: ['pay'], present: [target], lowest: -100n, highest: 100n },
  { of: 'moment', factors: [], complete: ['pay'], present: [target], lowest: 0n, highest: 3n },
  {
    ...{ of: 'link', link, complete: ['fee', 'pay'], present: [target], factors: [pay] },
    ...{ value: { of: 'residual', target }, lowest: -(1n << 27n), highest: 1n << 27n },
  },
];
function residual(factors: Factors): SumsAggregate {
  const most = (2n * 160n ** BigInt(factors.length)) << 20n;
  return { ...linked, value: { of: 'residual', target: big }, factors, lowest: -most, highest: most };
}
function curvature(factors: Factors): SumsAggregate {
  const most = (160n ** BigInt(factors.length)) << 38n;
  return { ...linked, value: { of: 'curvature' }, factors, lowest: -most, highest: most };
}

export const aggregates: readonly SumsAggregate[] = [
  { of: 'rows', perUnit: 1n },
  { of: 'rows', perUnit: 3n },
  { of: 'rows', perUnit: 2n, column: 'pay' },
  { of: 'rows', perUnit: 2n, column: 'fee' },
  sum('pay', 0, 0n, 100n, 0n, 1, 0n, 100n),
  sum('pay', 2, -5000n, 5000n, 0n, 1, -7000n, 7000n),
  sum('pay', 3, 1000n, 9000n, 5000n, 1, -8000n, 8000n),
  sum('pay', 2, 0n, 20000n, 10000n, 2, 0n, 10n ** 8n),
  sum('fee', 2, 0n, 5000n, 2500n, 1, -2500n, 2500n),
  sum('fee', 4, -(10n ** 15n), 10n ** 15n, 0n, 2, 0n, 2n * 10n ** 30n),
  sum('big', 0, -(10n ** 15n), 10n ** 15n, 7n, 1, -(10n ** 15n), 2n * 10n ** 15n),
  sum('big', 9, -(10n ** 15n), 10n ** 15n, 0n, 2, 0n, 10n ** 30n),
  { of: 'moment', factors: [], complete: ['fee', 'pay'], lowest: 0n, highest: 2n },
  { of: 'moment', factors: [pay, fee], complete: ['fee', 'pay'], lowest: -9000n, highest: 9000n },
  { of: 'moment', factors: [pay, pay], complete: ['big', 'pay'], lowest: 0n, highest: 9000n },
  ...[residual([]), residual([pay]), residual([fee]), curvature([]), curvature([pay, fee]), curvature([fee, fee])],
  ...[is('city', "d'; --"), is('vip', true)].flatMap(tested),
];

/** What the plan answers over the rows, by the text of plan.ts. Groups with at least one contributor, in any order. */
export function oracle(plan: SumsPlan, rows: readonly Person[], secret: Uint8Array): GroupRow[] {
  const units = new Map<string, Map<string, Person[]>>();
  for (const row of rows) {
    if (row.id === null || !plan.filters.every((filter) => passes(filter, row))) continue;
    const key = plan.groups.map((grouping) => keyOf(grouping, row));
    if (key.includes(undefined)) continue;
    const groups = units.get(row.id) ?? new Map<string, Person[]>();
    const name = JSON.stringify(key);
    units.set(row.id, groups.set(name, [...(groups.get(name) ?? []), row]));
  }
  const answer = new Map<string, { contributors: bigint; values: bigint[] }>();
  for (const [unit, groups] of units)
    for (const [name, mine] of kept(plan, unit, groups, secret)) {
      const cell = answer.get(name) ?? { contributors: 0n, values: plan.aggregates.map(() => 0n) };
      const values = plan.aggregates.map((aggregate, at) => (cell.values[at] ?? 0n) + share(aggregate, mine));
      answer.set(name, { contributors: cell.contributors + 1n, values });
    }
  return [...answer].map(([name, cell]) => ({
    key: (JSON.parse(name) as string[]).map((part, at) => shown(plan.groups[at], part)),
    ...cell,
  }));
}

function kept(plan: SumsPlan, unit: string, groups: Map<string, Person[]>, secret: Uint8Array): [string, Person[]][] {
  const mark = Buffer.from(secret).toString('hex');
  const rank = (name: string): string =>
    createHash('md5')
      .update([mark, unit, ...(JSON.parse(name) as string[])].join('\u001f'))
      .digest('hex') + name;
  return [...groups].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1)).slice(0, plan.groupsPerUnit);
}

function share(aggregate: SumsAggregate, rows: readonly Person[]): bigint {
  if (aggregate.of === 'rows') {
    const { column } = aggregate;
    const count = rows.filter((row) => column === undefined || fixed(row, column, 0) !== undefined).length;
    return BigInt(count) < aggregate.perUnit ? BigInt(count) : aggregate.perUnit;
  }
  const whole = (complete: readonly string[], present: Factors = []): readonly Person[] =>
    rows.filter(
      (row) =>
        complete.every((column) => fixed(row, column, 0) !== undefined) &&
        present.every(({ column }) => row[column as keyof Person] !== null),
    );
  const centred = (row: Person, { column, scale, low, high, offset, is }: Factor): bigint =>
    is === undefined
      ? clip(fixed(row, column, scale) ?? 0n, low, high) - offset
      : BigInt(row[column as keyof Person] === is);
  if (aggregate.of === 'moment') {
    const products = whole(aggregate.complete, aggregate.present).map((row) =>
      aggregate.factors.reduce((product, factor) => product * centred(row, factor), 1n),
    );
    return clip(
      products.reduce((a, b) => a + b, 0n),
      aggregate.lowest,
      aggregate.highest,
    );
  }
  if (aggregate.of === 'link') {
    const total = whole(aggregate.complete, aggregate.present).reduce((sofar, row) => {
      const { constant, terms } = aggregate.link;
      const chance = chanceOf(terms.reduce((sum, { factor, slope }) => sum + slope * centred(row, factor), constant));
      const { value } = aggregate;
      const weight =
        value.of === 'residual' ? (centred(row, value.target) << 20n) - chance : chance * ((1n << 20n) - chance);
      return sofar + aggregate.factors.reduce((product, factor) => product * centred(row, factor), weight);
    }, 0n);
    return clip(total, aggregate.lowest, aggregate.highest);
  }
  const total = rows.reduce((sofar, row) => {
    const value = fixed(row, aggregate.column, aggregate.scale);
    return value === undefined
      ? sofar
      : sofar + (clip(value, aggregate.low, aggregate.high) - aggregate.offset) ** BigInt(aggregate.power);
  }, 0n);
  return clip(total, aggregate.lowest, aggregate.highest);
}

/** The text of link.ts by other means: entries from floating point, whose error is far below the 2^−20 they are rounded to. */
function chanceOf(predictor: bigint): bigint {
  const held = clip(predictor, -16n * UNIT, 16n * UNIT - 1n) + 16n * UNIT;
  const [at, rest] = [Number(held >> 35n), held & ((1n << 35n) - 1n)];
  const entry = (i: number): bigint => BigInt(Math.round(1_048_576 / (1 + Math.exp(16 - i / 32))));
  return entry(at) + (((entry(at + 1) - entry(at)) * rest + (1n << 34n)) >> 35n);
}

const clip = (n: bigint, low: bigint, high: bigint): bigint => (n < low ? low : n > high ? high : n);
const FAR = 9n * 10n ** 18n;

/** The fixed-point integer of a column, no farther than ±9·10^18; undefined where there is no number. */
function fixed(row: Person, column: string, scale: number): bigint | undefined {
  const value = row[column as keyof Person];
  if (value === null || Number.isNaN(value)) return undefined;
  if (typeof value === 'bigint') return clip(value * 10n ** BigInt(scale), -FAR, FAR);
  if (typeof value === 'string') return clip(rounded(BigInt(value.replace('.', '')), 4 - scale), -FAR, FAR);
  const product = Number(value) * 10 ** scale;
  if (Math.abs(product) >= 9e18) return product > 0 ? FAR : -FAR;
  return BigInt(product >= 0 ? Math.floor(product + 0.5) : Math.ceil(product - 0.5));
}

/** n ÷ 10^digits, halves away from zero. */
function rounded(n: bigint, digits: number): bigint {
  if (digits <= 0) return n * 10n ** BigInt(-digits);
  const unit = 10n ** BigInt(digits);
  return n < 0n ? -((-n + unit / 2n) / unit) : (n + unit / 2n) / unit;
}

function passes(filter: Filter, row: Person): boolean {
  const left = compared(filter, row);
  const [first, second] = filter.values;
  if (left === undefined || first === undefined) return false;
  switch (filter.op) {
    case 'in':
      return filter.values.includes(left);
    case '=':
      return left === first;
    case '<':
      return left < first;
    case '<=':
      return left <= first;
    case '>':
      return left > first;
    case '>=':
      return left >= first;
    case 'between':
      return second !== undefined && left >= first && left <= second;
  }
}

function compared(filter: Filter, row: Person): string | bigint | boolean | undefined {
  if (filter.compare === 'day') return instant(row, filter.column)?.slice(0, 10);
  if (typeof filter.values[0] === 'bigint') return fixed(row, filter.column, filter.scale);
  const value = row[filter.column as keyof Person];
  return value === null || typeof value === 'number' ? undefined : value;
}

function instant(row: Person, column: string): string | undefined {
  const value = row[column as keyof Person];
  return typeof value === 'string' && value !== 'infinity' ? value : undefined;
}

/** The key as it is hashed: bands by their lower edge, cells by their number. */
function keyOf(grouping: Grouping, row: Person): string | undefined {
  switch (grouping.of) {
    case 'column': {
      const { column, keys, as } = grouping;
      const value = as === 'integer' ? fixed(row, column, 0) : row[column as keyof Person];
      const text = value === null || value === undefined ? undefined : String(value);
      return text === undefined || (keys !== 'discovered' && !keys.includes(text)) ? undefined : text;
    }
    case 'bucket': {
      const at = instant(row, grouping.column);
      const key = at === undefined ? undefined : bucket(at, grouping.by);
      return key === undefined || !grouping.keys.includes(key) ? undefined : key;
    }
    case 'band': {
      const value = fixed(row, grouping.column, grouping.scale);
      const at = value === undefined ? -1 : grouping.edges.findLastIndex((edge) => edge <= value);
      return at < 0 || at === grouping.edges.length - 1 ? undefined : String(grouping.edges[at]);
    }
    case 'grid': {
      const [lat, lon] = [fixed(row, grouping.lat, grouping.scale), fixed(row, grouping.lon, grouping.scale)];
      if (lat === undefined || lon === undefined || lat < grouping.south || lon < grouping.west) return undefined;
      const [line, place] = [(lat - grouping.south) / grouping.cell, (lon - grouping.west) / grouping.cell];
      const inside = line < BigInt(grouping.rows) && place < BigInt(grouping.cols);
      return inside ? String(line * BigInt(grouping.cols) + place) : undefined;
    }
  }
}

function bucket(at: string, by: 'hour' | 'day' | 'week' | 'month'): string {
  if (by === 'hour') return `${at.slice(0, 10)}T${at.slice(11, 13)}`;
  if (by !== 'week') return at.slice(0, by === 'day' ? 10 : 7);
  const date = new Date(`${at.slice(0, 10)}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

function shown(grouping: Grouping | undefined, key: string): string {
  if (grouping?.of === 'grid')
    return `${String(Math.floor(Number(key) / grouping.cols))}:${String(Number(key) % grouping.cols)}`;
  if (grouping?.of !== 'band' || grouping.scale === 0) return key;
  const digits = key.replace('-', '').padStart(grouping.scale + 1, '0');
  return `${key.startsWith('-') ? '-' : ''}${digits.slice(0, -grouping.scale)}.${digits.slice(-grouping.scale)}`;
}
