// One way to say where a template is wrong: the code, the JSON pointer, the rule.
import { columnOf, pointer, type Column, type DataElement } from '../elements';
import { Refusal } from '../refusals';
import type { templateRefusals } from './refusals';

export type Code = keyof typeof templateRefusals;
export type Path = readonly PropertyKey[];

/** Throws the refusal {at, rule}. */
export function refuse(code: Code, path: Path, rule: string): never {
  throw new Refusal(code, { at: pointer(...path), rule });
}

/** The column at a place that compares or groups. Refuses TEMPLATE_COLUMN_UNKNOWN, TEMPLATE_UNIT_NOT_COMPARABLE. */
export function readable(element: DataElement, name: string, path: Path): Column {
  const column = columnOf(element, name);
  if (column === undefined) return refuse('TEMPLATE_COLUMN_UNKNOWN', path, 'not a column of the element');
  if (column.type === 'text-id')
    return refuse('TEMPLATE_UNIT_NOT_COMPARABLE', path, 'text-id columns only count units');
  return column;
}

export type NumericColumn = Extract<Column, { type: 'integer' | 'decimal' }>;

/** As `readable`, numbers only. Refuses TEMPLATE_TYPE_UNFIT. */
export function numeric(element: DataElement, name: string, path: Path): NumericColumn {
  const column = readable(element, name, path);
  return column.type === 'integer' || column.type === 'decimal'
    ? column
    : refuse('TEMPLATE_TYPE_UNFIT', path, 'needs an integer or decimal column');
}

export const scaleOf = (column: Column): number => (column.type === 'decimal' ? column.domain.scale : 0);
