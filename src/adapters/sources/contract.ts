// The five steps of the SQL contract (templates.md), written once; a dialect gives only the words it spells differently.
import { bandKey } from '../../domain/safe-answers/keys';
import { CERTAIN, chances, FARTHEST, STRIDE } from '../../domain/templates/link';
import type {
  Factor,
  Filter,
  GroupRow,
  Grouping,
  Link,
  LinkMoment,
  Literal,
  Moment,
  SumsAggregate,
  SumsPlan,
} from '../../domain/templates/plan';
import { kindOf, NUMBERS, quoted, quotedTable, sourceColumn, TIMES, type Kind, type Mapping } from './mapping';

/** A literal on its way to a source: one value, or one list. */
export type Value = Literal | readonly string[] | readonly bigint[];

export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

/** What a dialect spells in its own way. Every argument is SQL; every result is total: no value of the column makes it fail. */
export interface Words {
  readonly wide: string; // The widest exact integer type.
  readonly text: string;
  /** `value` is in the bound list. */
  among(value: string, list: string, type: string): string;
  /** Not a number? Only asked of `float` and `decimal`. */
  isNaN(value: string, kind: Kind): string;
  /** round(value × 10^scale) as bigint, halves away from zero; only reached where the product fits. */
  scaled(value: string, kind: Kind, scale: number): string;
  /** A time as UTC timestamp, NULL outside the years 1000–9999. */
  utc(value: string, kind: Kind): string;
  bucket(utc: string, by: 'hour' | 'day' | 'week' | 'month'): string;
  divide(a: string, b: string): string;
  /** MD5 of a text as a value that sorts like its hexadecimal digits. */
  digest(text: string): string;
  /** Byte order, whatever the database's collation. */
  bytes(text: string): string;
}

type Whole = Pick<Moment, 'complete' | 'present'>;

const FAR = 9_000_000_000_000_000_000n;
const BIGGEST = 2n ** 63n - 1n;
const magnitude = (n: bigint): bigint => (n < 0n ? -n : n);
const floorDiv = (a: bigint, b: bigint): bigint => a / b - (a % b < 0n ? 1n : 0n);

class Writer {
  readonly values: Value[] = [];
  private readonly names = new Map<string, string>();

  constructor(
    private readonly words: Words,
    private readonly mapping: Mapping,
  ) {}

  /** Binds a literal and returns its placeholder; the text of a statement never holds one. */
  bind(value: Value, type: string): string {
    this.values.push(value);
    return `CAST($${String(this.values.length)} AS ${type})`;
  }

  /** The column in step 1, or the name under which `carry` took it along. */
  column(name: string): string {
    return this.names.get(name) ?? quoted(sourceColumn(this.mapping, name));
  }

  /** Takes a measured column along from step 1 to step 2 under a name that cannot clash. */
  carry(name: string): string {
    const sql = this.column(name);
    const carried = `c${String(this.names.size)}`;
    this.names.set(name, carried);
    return `${sql} AS ${carried}`;
  }

  carried(): readonly string[] {
    return [...this.names.values()];
  }

  asText(name: string): string {
    return `CAST(${this.column(name)} AS ${this.words.text})`;
  }

  /**
   * clamp(round(column × 10^scale), low, high) in the BETWEEN … ELSE form; NULL and NaN become `otherwise`. The outer limits are whole
   * numbers just beyond the bounds, so that no product overflows before it is clamped.
   */
  clamped(name: string, scale: number, low: bigint, high: bigint, otherwise: string): string {
    const kind = kindOf(this.mapping, name, NUMBERS);
    const value = this.column(name);
    const factor = 10n ** BigInt(scale);
    const outer = [floorDiv(low, factor) - 1n, floorDiv(high, factor) + 1n] as const;
    const narrow = kind === 'integer' && outer.every((limit) => magnitude(limit) <= BIGGEST);
    const type = kind === 'float' ? 'double precision' : narrow ? 'bigint' : this.words.wide;
    const [least, most] = outer.map((limit) => this.bind(limit, type)) as [string, string];
    const [lowest, highest] = [this.bind(low, 'bigint'), this.bind(high, 'bigint')];
    const nan = kind === 'integer' ? '' : `WHEN ${this.words.isNaN(value, kind)} THEN ${otherwise} `;
    const inside = `least(greatest(${this.words.scaled(value, kind, scale)}, ${lowest}), ${highest})`;
    return `CASE ${nan}WHEN ${value} BETWEEN ${least} AND ${most} THEN ${inside} WHEN ${value} > ${most} THEN ${highest} WHEN ${value} < ${least} THEN ${lowest} ELSE ${otherwise} END`;
  }

  /** The fixed-point integer of a row, or NULL where there is no number. */
  fixed(name: string, scale: number): string {
    return this.clamped(name, scale, -FAR, FAR, 'NULL');
  }

  holdsNumber(name: string): string {
    const kind = kindOf(this.mapping, name, NUMBERS);
    const nan = kind === 'integer' ? '' : ` AND NOT ${this.words.isNaN(this.column(name), kind)}`;
    return `${this.column(name)} IS NOT NULL${nan}`;
  }

  time(name: string): string {
    return this.words.utc(this.column(name), kindOf(this.mapping, name, TIMES));
  }

  boolean(name: string): string {
    if (this.mapping.kinds?.[sourceColumn(this.mapping, name)] === 'boolean') return this.column(name);
    const text = `lower(${this.asText(name)})`;
    return `CASE WHEN ${text} IN ('true', 't', 'yes', 'y', '1') THEN TRUE WHEN ${text} IN ('false', 'f', 'no', 'n', '0') THEN FALSE END`;
  }

  filter(filter: Filter): string {
    const [left, type, values] = this.compared(filter);
    if (filter.op === 'in') {
      // A list of booleans or days is short; text and integers travel as one list.
      if (type === 'date' || type === 'boolean')
        return `(${left}) IN (${values.map((v) => this.bind(v, type)).join(', ')})`;
      const list = this.bind(values as readonly string[] | readonly bigint[], `${type}[]`);
      return this.words.among(`(${left})`, list, type);
    }
    const [first, second] = values;
    if (first === undefined) throw new Error('A filter without a literal.');
    if (filter.op !== 'between') return `(${left}) ${filter.op} ${this.bind(first, type)}`;
    if (second === undefined) throw new Error('BETWEEN needs two literals.');
    return `(${left}) BETWEEN ${this.bind(first, type)} AND ${this.bind(second, type)}`;
  }

  private compared(filter: Filter): [string, string, readonly Literal[]] {
    if (filter.compare === 'day') return [`CAST(${this.time(filter.column)} AS date)`, 'date', filter.values];
    const kinds = new Set(filter.values.map((value) => typeof value));
    if (kinds.size > 1) throw new Error('Literals of different types.');
    if (kinds.has('bigint')) return [this.fixed(filter.column, filter.scale), 'bigint', filter.values];
    if (kinds.has('boolean')) return [this.boolean(filter.column), 'boolean', filter.values];
    return [this.words.bytes(this.asText(filter.column)), this.words.text, filter.values];
  }

  /** What step 1 reads for a group key: the key itself, or the fixed-point numbers that step 2 makes it from. */
  parts(grouping: Grouping): readonly string[] {
    switch (grouping.of) {
      case 'column':
        return [this.columnKey(grouping)];
      case 'bucket':
        return [this.words.bucket(this.time(grouping.column), grouping.by)];
      case 'band':
        return [this.fixed(grouping.column, grouping.scale)];
      case 'grid':
        return [this.fixed(grouping.lat, grouping.scale), this.fixed(grouping.lon, grouping.scale)];
    }
  }

  private columnKey({ column, as = 'text' }: Extract<Grouping, { of: 'column' }>): string {
    if (as === 'integer') return this.fixed(column, 0); // Text is made after the fold: integers group faster.
    if (as === 'day') return this.words.bucket(this.time(column), 'day');
    if (as === 'boolean') return `CASE ${this.boolean(column)} WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END`;
    return this.asText(column);
  }

  /** The key from its parts. A band is its lower edge, a cell is row × cols + col; their text is made when the rows come back. */
  key(grouping: Grouping, parts: readonly string[]): string {
    const [first = '', second = ''] = parts;
    if (grouping.of === 'band') return this.band(grouping.edges, first);
    if (grouping.of !== 'grid') return first;
    const axis = (at: string, start: bigint, cells: number): [string, string] => {
      const from = this.bind(start, 'bigint');
      const to = this.bind(start + grouping.cell * BigInt(cells) - 1n, 'bigint');
      return [
        `${at} BETWEEN ${from} AND ${to}`,
        this.words.divide(`(${at} - ${from})`, this.bind(grouping.cell, 'bigint')),
      ];
    };
    const [inRows, row] = axis(first, grouping.south, grouping.rows);
    const [inCols, col] = axis(second, grouping.west, grouping.cols);
    return `CASE WHEN ${inRows} AND ${inCols} THEN ${row} * ${this.bind(BigInt(grouping.cols), 'bigint')} + ${col} END`;
  }

  private band(edges: readonly bigint[], value: string): string {
    const bound = edges.map((edge) => this.bind(edge, 'bigint'));
    const arms = bound.slice(1).map((upper, at) => `WHEN ${value} < ${upper} THEN ${bound[at] ?? ''}`);
    return `CASE WHEN ${value} < ${bound[0] ?? ''} THEN NULL ${arms.join(' ')} END`;
  }

  /** Step 2: one column per aggregate over the rows of one (unit, group). */
  perUnit(aggregate: SumsAggregate): string {
    if (aggregate.of === 'rows')
      return aggregate.column === undefined
        ? 'count(*)'
        : `count(*) FILTER (WHERE ${this.holdsNumber(aggregate.column)})`;
    if (aggregate.of === 'moment') return this.moment(aggregate);
    if (aggregate.of === 'link') return this.linkMoment(aggregate);
    const { column, scale, low, high, offset, power } = aggregate;
    const farthest = [low - offset, high - offset].map(magnitude).reduce((a, b) => (a > b ? a : b));
    const type = farthest ** BigInt(power) > BIGGEST ? this.words.wide : 'bigint';
    // NULL and NaN stand for the offset: the row counts, and adds nothing.
    const shift = this.bind(offset, 'bigint');
    const centred = `(${this.clamped(column, scale, low, high, shift)} - ${shift})`;
    return power === 1 ? `sum(${centred})` : `sum(CAST(${centred} AS ${type}) * CAST(${centred} AS ${type}))`;
  }

  /** Σ of the product of centred factors over complete rows; without factors, how many those are. */
  private moment(moment: Moment): string {
    if (moment.factors.length === 0) return `count(*) FILTER (WHERE ${this.whole(moment)})`;
    return this.sumOfProducts(
      moment.factors.map((factor) => this.wide(this.centred(factor))),
      moment,
    );
  }

  private sumOfProducts(factors: readonly string[], rows: Whole): string {
    return `coalesce(sum(${factors.join(' * ')}) FILTER (WHERE ${this.whole(rows)}), 0)`;
  }

  private whole({ complete, present = [] }: Whole): string {
    const there = present.map((test) => `(${this.tested(test)}) IS NOT NULL`);
    return [...complete.map((column) => this.holdsNumber(column)), ...there].join(' AND ');
  }

  /** What a test looks at: a truth, or a text. */
  private tested({ column, is }: Factor): string {
    return typeof is === 'boolean' ? this.boolean(column) : this.asText(column);
  }

  private wide(value: string): string {
    return `CAST(${value} AS ${this.words.wide})`;
  }

  private centred(factor: Factor): string {
    const { column, scale, low, high, offset, is } = factor;
    if (is !== undefined) {
      const value = this.bind(is, typeof is === 'boolean' ? 'boolean' : this.words.text);
      return `CAST(CASE WHEN (${this.tested(factor)}) = ${value} THEN 1 ELSE 0 END AS bigint)`;
    }
    const shift = this.bind(offset, 'bigint');
    return `(${this.clamped(column, scale, low, high, shift)} - ${shift})`;
  }

  /** The predictor of a row, held inside the table and counted from its start, in bigint. */
  predictor({ constant, terms }: Link): string {
    const parts = terms.map(({ factor, slope }) => `${this.bind(slope, 'bigint')} * ${this.centred(factor)}`);
    const sum = [this.bind(constant, 'bigint'), ...parts].join(' + ');
    const [least, most] = [this.bind(-FARTHEST, 'bigint'), this.bind(FARTHEST - 1n, 'bigint')];
    return `least(greatest(${sum}, ${least}), ${most}) + ${this.bind(FARTHEST, 'bigint')}`;
  }

  /** The chance at a predictor: a straight line between two entries of the table that every source is given. */
  chance(place: string): string {
    const [table, stride] = [this.bind(chances(), 'bigint[]'), this.bind(STRIDE, 'bigint')];
    const at = this.words.divide(place, stride);
    const entry = (after: bigint): string => `(${table})[CAST(${at} + ${this.bind(after, 'bigint')} AS integer)]`;
    const [low, high] = [entry(1n), entry(2n)];
    const rest = `(${place} - (${at}) * ${stride})`;
    return `${low} + ${this.words.divide(`((${high} - ${low}) * ${rest} + ${this.bind(STRIDE / 2n, 'bigint')})`, stride)}`;
  }

  /** `chance` by what a link is spelled like: `keyed` has its predictor, `linked` its chance. */
  readonly chanceOf = new Map<string, string>();

  private linkMoment({ link, value, factors, ...rows }: LinkMoment): string {
    const [chance, certain] = [this.chanceOf.get(spelled(link)) ?? '', this.bind(CERTAIN, 'bigint')];
    const weight =
      value.of === 'residual'
        ? `(${this.centred(value.target)} * ${certain} - ${chance})`
        : `(${chance} * (${certain} - ${chance}))`;
    return this.sumOfProducts(
      [weight, ...factors.map((factor) => this.centred(factor))].map((part) => this.wide(part)),
      rows,
    );
  }

  /** Step 3. */
  clipped(aggregate: SumsAggregate, total: string): string {
    if (aggregate.of === 'rows') return `least(${total}, ${this.bind(aggregate.perUnit, 'bigint')})`;
    return `least(greatest(${total}, ${this.bind(aggregate.lowest, this.words.wide)}), ${this.bind(aggregate.highest, this.words.wide)})`;
  }
}

const spelled = (link: Link): string =>
  JSON.stringify(link, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

/** Keys that a row may have, where the plan lists them: other rows leave before the cut, so they take no unit's place. */
const listed = (grouping: Grouping): readonly string[] | undefined =>
  grouping.of === 'bucket' || (grouping.of === 'column' && grouping.keys !== 'discovered')
    ? (grouping.keys as readonly string[])
    : undefined;

const isInteger = (grouping: Grouping): boolean => grouping.of === 'column' && grouping.as === 'integer';

/** Listed keys as integers; a key that is not spelled as one can never be met. */
const integersOf = (keys: readonly string[]): readonly bigint[] =>
  keys
    .filter((key) => /^(?:0|-?[1-9]\d{0,18})$/.test(key))
    .map(BigInt)
    .filter((key) => magnitude(key) <= FAR);

/** The statement of a plan. Refuses SOURCE_COLUMN_UNKNOWN, SOURCE_COLUMN_TYPE. */
export function write(words: Words, plan: SumsPlan, mapping: Mapping, secret: Uint8Array): Statement {
  const writer = new Writer(words, mapping);
  const names = plan.groups.map((_, at) => `g${String(at)}`);
  const list = (parts: readonly string[]): string => parts.join(', ');

  // Step 1: filter, and read no column that the question does not need.
  const unit = writer.column(plan.unit);
  const where = [`${unit} IS NOT NULL`, ...plan.filters.map((filter) => writer.filter(filter))];
  const parts = plan.groups.map((grouping, at) =>
    writer.parts(grouping).map((sql, part) => [sql, `p${String(at)}_${String(part)}`] as const),
  );
  const columnsOf = (aggregate: SumsAggregate): readonly string[] =>
    'complete' in aggregate
      ? [...aggregate.complete, ...(aggregate.present ?? []).map(({ column }) => column)]
      : aggregate.column === undefined
        ? []
        : [aggregate.column];
  const measured = [...new Set(plan.aggregates.flatMap(columnsOf))];
  const read = [
    `${unit} AS u`,
    ...parts.flat().map(([sql, name]) => `${sql} AS ${name}`),
    ...measured.map((column) => writer.carry(column)),
  ];
  const keys = plan.groups.map((grouping, at) => writer.key(grouping, parts[at]?.map(([, name]) => name) ?? []));

  // Step 2: one row per unit and group.
  const links = linksOf(plan);
  const predictors = links.map((link, at) => `${writer.predictor(link)} AS z${String(at)}`);
  const keyed = ['u', ...keys.map((key, at) => `${key} AS ${names[at] ?? ''}`), ...writer.carried(), ...predictors];
  const chancesOf = links.map((link, at) => {
    writer.chanceOf.set(spelled(link), `l${String(at)}`);
    return `${writer.chance(`z${String(at)}`)} AS l${String(at)}`;
  });
  const known = plan.groups.map((grouping, at) => {
    const keysOf = listed(grouping);
    const name = names[at] ?? '';
    if (keysOf === undefined) return `${name} IS NOT NULL`;
    const type = isInteger(grouping) ? 'bigint' : words.text;
    const literals = isInteger(grouping) ? integersOf(keysOf) : keysOf;
    return words.among(name, writer.bind(literals, `${type}[]`), type);
  });
  const by = list(['u', ...names]);
  const totals = plan.aggregates.map((aggregate, at) => `${writer.perUnit(aggregate)} AS a${String(at)}`);

  // Steps 3 and 4: clip, and where a unit may be in more groups than count, rank its groups by a keyed hash of (unit, group).
  const clips = plan.aggregates.map(
    (aggregate, at) => `${writer.clipped(aggregate, `a${String(at)}`)} AS a${String(at)}`,
  );
  const texts = names.map((name) => `CAST(${name} AS ${words.text})`);
  const cut = mayExceed(plan);
  const place = cut ? [`${placeOf(writer, words, secret, texts, names)} AS place`] : [];
  const within = cut ? ` WHERE place <= ${writer.bind(BigInt(plan.groupsPerUnit), 'bigint')}` : '';

  // Step 5.
  const sums = plan.aggregates.map((_, at) => `CAST(sum(a${String(at)}) AS ${words.text}) AS a${String(at)}`);
  const shown = [
    ...texts.map((text, at) => `${text} AS ${names[at] ?? ''}`),
    `CAST(count(*) AS ${words.text}) AS contributors`,
    ...sums,
  ];
  const text = [
    `WITH filtered AS (SELECT ${list(read)} FROM ${quotedTable(mapping.table)} WHERE ${where.join(' AND ')}),`,
    `keyed AS (SELECT ${list(keyed)} FROM filtered),`,
    ...(links.length > 0 ? [`linked AS (SELECT keyed.*, ${list(chancesOf)} FROM keyed),`] : []),
    `folded AS (SELECT ${list([by, ...totals])} FROM ${links.length > 0 ? 'linked' : 'keyed'}${known.length > 0 ? ` WHERE ${known.join(' AND ')}` : ''} GROUP BY ${by}),`,
    `bounded AS (SELECT ${list(['u', ...names, ...clips, ...place])} FROM folded)`,
    `SELECT ${list(shown)} FROM bounded${within}`,
    names.length > 0 ? `GROUP BY ${names.map((name) => `bounded.${name}`).join(', ')}` : 'HAVING count(*) > 0',
  ].join('\n');
  return { text, values: writer.values };
}

/** The statement that names a plan's units. Refuses SOURCE_COLUMN_UNKNOWN, SOURCE_COLUMN_TYPE. */
export function writeUnits(
  words: Words,
  plan: SumsPlan,
  mapping: Mapping,
  secret: Uint8Array,
  most: number,
): Statement {
  const writer = new Writer(words, mapping);
  const unit = writer.asText(plan.unit);
  const where = [`${unit} IS NOT NULL`, ...plan.filters.map((filter) => writer.filter(filter))];
  const key = writer.bind(Buffer.from(secret).toString('hex'), words.text);
  const text = [
    `WITH named AS (SELECT DISTINCT ${unit} AS u FROM ${quotedTable(mapping.table)} WHERE ${where.join(' AND ')})`,
    `SELECT u FROM named ORDER BY ${words.digest(`${key} || chr(31) || u`)}, ${words.bytes('u')} LIMIT ${String(most)}`,
  ].join('\n');
  return { text, values: writer.values };
}

/** Every link once: aggregates of one round share theirs. */
function linksOf({ aggregates }: SumsPlan): readonly Link[] {
  const links = aggregates.flatMap((aggregate) => (aggregate.of === 'link' ? [aggregate.link] : []));
  return [...new Map(links.map((link) => [spelled(link), link])).values()];
}

/** A unit's groups in an order that is the same on every engine and that nobody without the secret can foresee. */
function placeOf(
  writer: Writer,
  words: Words,
  secret: Uint8Array,
  texts: readonly string[],
  names: readonly string[],
): string {
  const key = writer.bind(Buffer.from(secret).toString('hex'), words.text);
  const hashed = [key, `CAST(u AS ${words.text})`, ...texts].join(' || chr(31) || ');
  return `row_number() OVER (PARTITION BY u ORDER BY ${[words.digest(hashed), ...names].join(', ')})`;
}

/** Are there more groups than a unit may be counted in? Then the costliest step, the ranking, is needed; otherwise nothing is to be cut. */
function mayExceed({ groups, groupsPerUnit }: SumsPlan): boolean {
  return groups.reduce((product, grouping) => product * sizeOf(grouping), 1) > groupsPerUnit;
}

/** How many keys a grouping can have. */
function sizeOf(grouping: Grouping): number {
  if (grouping.of === 'band') return grouping.edges.length - 1;
  if (grouping.of === 'grid') return grouping.rows * grouping.cols;
  return listed(grouping)?.length ?? Infinity;
}

/** A source's row (keys, contributors, aggregates, all text) as a group row. */
export function groupRow(plan: SumsPlan, row: readonly unknown[]): GroupRow {
  const integers = row.slice(plan.groups.length).map((value) => BigInt(String(value)));
  const key = plan.groups.map((grouping, at) => keyText(grouping, String(row[at])));
  return { key, contributors: integers[0] ?? 0n, values: integers.slice(1) };
}

function keyText(grouping: Grouping, key: string): string {
  if (grouping.of === 'band') return bandKey(BigInt(key), grouping.scale);
  if (grouping.of !== 'grid') return key;
  const cell = Number(key);
  return `${String(Math.floor(cell / grouping.cols))}:${String(cell % grouping.cols)}`;
}
