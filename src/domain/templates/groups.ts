// Groups: what may be grouped by, and the declared keys that every answer lists, zeros included.
import { boundsOf, toScaled, type Column, type DataElement, type Quantity } from '../elements';
import { MAX_CELLS } from '../safe-answers';
import { bucketKeys, daysBetween } from './buckets';
import { inDomain, literal } from './conditions';
import type { Group, Template } from './document';
import { numeric, readable, refuse, scaleOf, type Path } from './faults';
import type { Grouping } from './plan';

const MAX_KEYS = 10_000n;

/** Refuses TEMPLATE_COLUMN_UNKNOWN, _UNIT_NOT_COMPARABLE, _TYPE_UNFIT, _VALUE_UNFIT, _TOO_MANY_GROUPS. */
export function checkGroups(template: Template, element: DataElement): void {
  const groupings = template.groupBy.map((group, i) => groupingOf(group, element, ['groupBy', i]));
  const last = template.measures.flatMap((measure, i) =>
    measure.of === 'histogram' ? [bandOf(measure.column, measure.edges, element, ['measures', i], 'edges')] : [],
  );
  const cells = [...groupings, ...last].reduce((count, grouping) => count * countOf(grouping), 1);
  if (cells > MAX_CELLS) refuse('TEMPLATE_TOO_MANY_GROUPS', ['groupBy'], `at most ${String(MAX_CELLS)} cells`);
}

function countOf(grouping: Grouping): number {
  switch (grouping.of) {
    case 'column':
      return grouping.keys === 'discovered' ? 1 : grouping.keys.length;
    case 'bucket':
      return grouping.keys.length;
    case 'band':
      return grouping.edges.length - 1;
    case 'grid':
      return grouping.rows * grouping.cols;
  }
}

/** One group as a source gets it. Refuses as `checkGroups`. */
export function groupingOf(group: Group, element: DataElement, at: Path): Grouping {
  if ('keys' in group) return columnOfGroup(group, element, at);
  if ('bucket' in group) return bucketOf(group, element, at);
  if ('band' in group) return bandOf(group.column, group.band, element, at, 'band');
  return gridOf(group, element, at);
}

const spellings = { category: 'text', integer: 'integer', boolean: 'boolean', date: 'day' } as const;

function columnOfGroup(group: Extract<Group, { keys: unknown }>, element: DataElement, at: Path): Grouping {
  const column = readable(element, group.column, [...at, 'column']);
  if (column.type === 'decimal' || column.type === 'timestamp' || column.type === 'text-id')
    return refuse('TEMPLATE_TYPE_UNFIT', [...at, 'column'], 'use band for decimals and bucket for times');
  const as = spellings[column.type];
  const shown = { of: 'column' as const, column: column.name, ...(as === 'text' ? {} : { as }) };
  if (group.keys === 'discovered') return { ...shown, keys: 'discovered' };
  if (group.keys === 'declared') return { ...shown, keys: valuesOf(column, [...at, 'keys']) };
  group.keys.forEach((key, i) => {
    if (!inDomain(column, key)) refuse('TEMPLATE_VALUE_UNFIT', [...at, 'keys', i], 'not in the domain of the column');
  });
  const keys = group.keys.map((key) => String(literal(column, key)));
  if (new Set(keys).size < keys.length) refuse('TEMPLATE_VALUE_UNFIT', [...at, 'keys'], 'listed twice');
  return { ...shown, keys };
}

/** Every value of a finite column as key text. */
function valuesOf(column: Column, at: Path): readonly string[] {
  const many = (): never =>
    refuse('TEMPLATE_TOO_MANY_GROUPS', at, `at most ${MAX_KEYS.toString()} keys; list the ones you need`);
  switch (column.type) {
    case 'category':
      return column.domain.values;
    case 'boolean':
      return ['false', 'true'];
    case 'date':
      if (BigInt(daysBetween(column.domain.from, column.domain.to)) > MAX_KEYS) return many();
      return bucketKeys(column.domain.from, column.domain.to, 'day');
    default: {
      const bounds = boundsOf(column);
      if (bounds === undefined || bounds.high - bounds.low >= MAX_KEYS) return many();
      const { low, high } = bounds;
      return Array.from({ length: Number(high - low) + 1 }, (_, i) => String(low + BigInt(i)));
    }
  }
}

function bucketOf(group: Extract<Group, { bucket: unknown }>, element: DataElement, at: Path): Grouping {
  const column = readable(element, group.column, [...at, 'column']);
  if (column.type !== 'timestamp' && column.type !== 'date')
    return refuse('TEMPLATE_TYPE_UNFIT', [...at, 'column'], 'needs a date or timestamp column');
  if (column.type === 'date' && group.bucket === 'hour')
    refuse('TEMPLATE_TYPE_UNFIT', [...at, 'bucket'], 'a date has no hours');
  const { from = column.domain.from, to = column.domain.to } = group;
  if (!inDomain(column, from)) refuse('TEMPLATE_VALUE_UNFIT', [...at, 'from'], 'not in the domain of the column');
  if (!inDomain(column, to) || to < from)
    refuse('TEMPLATE_VALUE_UNFIT', [...at, 'to'], 'not in the domain of the column, or before from');
  const keys = daysBetween(from, to) * (group.bucket === 'hour' ? 24 : 1);
  if (keys > MAX_CELLS) refuse('TEMPLATE_TOO_MANY_GROUPS', at, 'a shorter range or a larger bucket');
  return { of: 'bucket', column: column.name, by: group.bucket, keys: bucketKeys(from, to, group.bucket) };
}

/** Bands of a numeric column at its own scale. */
export function bandOf(
  name: string,
  edges: readonly Quantity[],
  element: DataElement,
  at: Path,
  field: string,
): Grouping {
  const column = numeric(element, name, [...at, 'column']);
  const scale = scaleOf(column);
  const scaled = edges.map((edge, i) => fixed(edge, scale, [...at, field, i]));
  scaled.forEach((edge, i) => {
    const before = scaled[i - 1];
    if (before !== undefined && edge <= before) refuse('TEMPLATE_VALUE_UNFIT', [...at, field, i], 'edges must rise');
  });
  return { of: 'band', column: name, scale, edges: scaled };
}

function gridOf(group: Extract<Group, { grid: unknown }>, element: DataElement, at: Path): Grouping {
  const [lat, lon] = [numeric(element, group.lat, [...at, 'lat']), numeric(element, group.lon, [...at, 'lon'])];
  const scale = Math.max(scaleOf(lat), scaleOf(lon));
  const cell = fixed(group.grid, scale, [...at, 'grid']);
  if (cell <= 0n) refuse('TEMPLATE_VALUE_UNFIT', [...at, 'grid'], 'a cell has a size');
  const south = fixed(group.south, scale, [...at, 'south']);
  const west = fixed(group.west, scale, [...at, 'west']);
  return { of: 'grid', lat: lat.name, lon: lon.name, scale, south, west, cell, rows: group.rows, cols: group.cols };
}

// Beyond 10^15 a source could no longer round exactly.
function fixed(quantity: Quantity, scale: number, at: Path): bigint {
  const scaled = toScaled(quantity, scale);
  if (scaled === undefined) return refuse('TEMPLATE_VALUE_UNFIT', at, `at most ${String(scale)} decimals`);
  return scaled >= -(10n ** 15n) && scaled <= 10n ** 15n
    ? scaled
    : refuse('TEMPLATE_VALUE_UNFIT', at, 'beyond 10^15 when scaled');
}
