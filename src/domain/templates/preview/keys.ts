// Which group a row belongs to; undefined where it is in none, and then it is dropped before any bounding.
import { bandKey } from '../../safe-answers';
import { bucketKey } from '../buckets';
import type { Filter, Grouping, Literal } from '../plan';
import { dayOf, fixed, instantOf, textOf, truthOf, type Row, type Value } from './values';

/** `shown` is the key part people see; `ranked` is the text that sources hash when they choose a unit's groups. */
export interface KeyPart {
  readonly shown: string;
  readonly ranked: string;
}

const same = (text: string | undefined): KeyPart | undefined =>
  text === undefined ? undefined : { shown: text, ranked: text };

/** A maker of one grouping's key part, with its lists prepared once. */
export function keyReader(grouping: Grouping): (row: Row) => KeyPart | undefined {
  switch (grouping.of) {
    case 'column':
      return listed(grouping.keys, (row) => columnKey(grouping.as ?? 'text', row[grouping.column]));
    case 'bucket':
      return listed(grouping.keys, (row) => {
        const instant = instantOf(row[grouping.column]);
        return instant === undefined ? undefined : bucketKey(instant, grouping.by);
      });
    case 'band':
      return (row) => band(grouping, fixed(row[grouping.column], grouping.scale));
    case 'grid':
      return (row) =>
        cell(grouping, fixed(row[grouping.lat], grouping.scale), fixed(row[grouping.lon], grouping.scale));
  }
}

function listed(
  keys: readonly string[] | 'discovered',
  read: (row: Row) => string | undefined,
): (row: Row) => KeyPart | undefined {
  const known = keys === 'discovered' ? undefined : new Set(keys);
  return (row) => {
    const key = read(row);
    return key !== undefined && known?.has(key) !== false ? same(key) : undefined;
  };
}

function columnKey(as: 'text' | 'integer' | 'boolean' | 'day', value: Value | undefined): string | undefined {
  switch (as) {
    case 'text':
      return textOf(value);
    case 'integer':
      return fixed(value, 0)?.toString();
    case 'boolean':
      return truthOf(value)?.toString();
    case 'day':
      return dayOf(value);
  }
}

function band({ edges, scale }: Extract<Grouping, { of: 'band' }>, value: bigint | undefined): KeyPart | undefined {
  if (value === undefined) return undefined;
  const edge = edges[edges.findIndex((upper) => value < upper) - 1];
  return edge === undefined ? undefined : { shown: bandKey(edge, scale), ranked: edge.toString() };
}

function cell(
  grid: Extract<Grouping, { of: 'grid' }>,
  lat: bigint | undefined,
  lon: bigint | undefined,
): KeyPart | undefined {
  if (lat === undefined || lon === undefined) return undefined;
  const [north, east] = [lat - grid.south, lon - grid.west];
  const inside =
    north >= 0n && east >= 0n && north < grid.cell * BigInt(grid.rows) && east < grid.cell * BigInt(grid.cols);
  if (!inside) return undefined;
  const [row, col] = [north / grid.cell, east / grid.cell];
  return { shown: `${row.toString()}:${col.toString()}`, ranked: (row * BigInt(grid.cols) + col).toString() };
}

/** Whether a row passes a filter; NULL and NaN pass none. */
export function passes(filter: Filter, row: Row): boolean {
  const value = comparable(filter, row[filter.column]);
  const [first, second] = filter.values;
  if (value === undefined || first === undefined) return false;
  switch (filter.op) {
    case 'in':
      return filter.values.includes(value);
    case '=':
      return value === first;
    case '<':
      return value < first;
    case '<=':
      return value <= first;
    case '>':
      return value > first;
    case '>=':
      return value >= first;
    case 'between':
      return value >= first && second !== undefined && value <= second;
  }
}

function comparable(filter: Filter, value: Value | undefined): Literal | undefined {
  if (filter.compare === 'day') return dayOf(value);
  if (typeof filter.values[0] === 'bigint') return fixed(value, filter.scale);
  return typeof filter.values[0] === 'boolean' ? truthOf(value) : textOf(value);
}
