// The data element: a typed dictionary of columns that several repositories can offer, so that one question fits them all.
import { z } from 'zod';
import { contentId, type ContentId, type Json } from '../canonical';
import { Column, ColumnName, Title, type ColumnType } from './column';
import { parsed } from './pointer';
import { toScaled, widest } from './quantity';

export const elementTag = 'aggregora/element/1';
export const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/);
export const Version = z.string().regex(/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/);

const Shape = z.strictObject({
  schema: z.literal(elementTag),
  name: Slug,
  version: Version,
  title: Title,
  /** What one protected individual is, and the column that names it. */
  unit: z.strictObject({
    of: z.enum(['person', 'household', 'device', 'vehicle', 'organisation', 'account', 'event']),
    column: ColumnName,
  }),
  columns: z.array(Column).min(1).max(500),
});

export const DataElement = Shape.superRefine((element, context) => {
  const fault = (path: PropertyKey[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  const names = element.columns.map((column) => column.name);
  element.columns.forEach((column, at) => {
    if (names.indexOf(column.name) !== at) fault(['columns', at, 'name'], 'column named twice');
    const wrong = domainFault(column);
    if (wrong !== undefined) fault(['columns', at, 'domain'], wrong);
  });
  const unit = element.columns.find((column) => column.name === element.unit.column);
  if (unit === undefined) fault(['unit', 'column'], 'no such column');
  else if (unit.type !== 'text-id') fault(['unit', 'column'], 'the privacy unit must be a text-id column');
});
export type DataElement = z.infer<typeof DataElement>;

function domainFault(column: Column): string | undefined {
  switch (column.type) {
    case 'category':
      return new Set(column.domain.values).size === column.domain.values.length ? undefined : 'value listed twice';
    case 'date':
    case 'timestamp':
      return column.domain.from <= column.domain.to ? undefined : 'from is after to';
    case 'integer':
    case 'decimal': {
      const bounds = boundsOf(column);
      if (bounds === undefined) return 'more digits than the scale';
      if (bounds.low >= bounds.high) return 'low is not below high';
      return bounds.low >= -widest && bounds.high <= widest ? undefined : 'beyond 10^15 when scaled';
    }
    case 'boolean':
    case 'text-id':
      return undefined;
  }
}

/** Scaled bounds of a numeric column at its own scale; undefined for other columns. */
export function boundsOf(column: Column): { low: bigint; high: bigint; scale: number } | undefined {
  if (column.type !== 'integer' && column.type !== 'decimal') return undefined;
  const scale = column.type === 'integer' ? 0 : column.domain.scale;
  const [low, high] = [toScaled(column.domain.low, scale), toScaled(column.domain.high, scale)];
  return low === undefined || high === undefined ? undefined : { low, high, scale };
}

/** The checked element. Refuses ELEMENT_INVALID {at, rule}. */
export const readElement = (document: unknown): DataElement => parsed(DataElement, document, 'ELEMENT_INVALID');

/** The element's content address. */
export const elementId = (element: DataElement): ContentId => contentId(elementTag, element as unknown as Json);

/** Column by name, or undefined. */
export const columnOf = (element: DataElement, name: string): Column | undefined =>
  element.columns.find((column) => column.name === name);

/** Type of every column by name: what a source needs to check a mapping. */
export const columnTypes = (element: DataElement): Record<string, ColumnType> =>
  Object.fromEntries(element.columns.map((column) => [column.name, column.type]));

/** JSON Schema (2020-12) of the document. */
export const elementJsonSchema = (): object => z.toJSONSchema(DataElement);
