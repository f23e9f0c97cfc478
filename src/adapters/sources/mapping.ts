// The registered mapping: which table and columns a plan's names stand for, and what kind of values they hold.
import { Refusal } from '../../domain/refusals';

/** How a column's values are read. `integer` and `decimal` are exact; a local `timestamp` is taken as UTC. */
export type Kind = 'integer' | 'decimal' | 'float' | 'text' | 'boolean' | 'date' | 'timestamp' | 'timestamptz';

export interface Mapping {
  /** `table` or `schema.table`. */
  readonly table: string;
  /** Element column to source column. */
  readonly columns: Readonly<Record<string, string>>;
  /** Kind by source column. Left out (SQL only shown, not run): `decimal` for numbers, `timestamp` for times. */
  readonly kinds?: Readonly<Record<string, Kind>>;
}

/** A source's name in double quotes, for any text: SQL:2016 §5.2. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const quotedTable = (table: string): string => table.split('.').map(quoted).join('.');

/** The source column of an element column. Refuses SOURCE_COLUMN_UNKNOWN. */
export function sourceColumn(mapping: Mapping, column: string): string {
  const found = Object.hasOwn(mapping.columns, column) ? mapping.columns[column] : undefined;
  if (found === undefined) throw new Refusal('SOURCE_COLUMN_UNKNOWN', { column });
  return found;
}

/** The kind of an element column where it is needed as one of `allowed`. Refuses SOURCE_COLUMN_TYPE. */
export function kindOf(mapping: Mapping, column: string, allowed: readonly Kind[]): Kind {
  const kind = mapping.kinds?.[sourceColumn(mapping, column)] ?? allowed[0];
  if (kind === undefined || !allowed.includes(kind))
    throw new Refusal('SOURCE_COLUMN_TYPE', { column, kind: kind ?? 'unknown' });
  return kind;
}

export const NUMBERS = ['decimal', 'integer', 'float'] as const;
export const TIMES = ['timestamp', 'timestamptz', 'date'] as const;
