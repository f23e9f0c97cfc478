// Conditions: which column may be compared with what, and the literals a source gets.
import { boundsOf, toScaled, type Column, type DataElement, type Quantity } from '../elements';
import type { Json } from '../canonical';
import type { Condition, Parameter, Template } from './document';
import { stepScale, stepsOf } from './domains';
import { readable, refuse, scaleOf, type Path } from './faults';
import type { Filter, Literal } from './plan';

const textOps = ['=', 'in'];

/** Refuses TEMPLATE_COLUMN_UNKNOWN, _UNIT_NOT_COMPARABLE, _TYPE_UNFIT, _VALUE_UNFIT, _PARAMETER_{UNKNOWN, UNFIT, UNUSED}. */
export function checkConditions(template: Template, element: DataElement): void {
  const used = new Set<string>();
  template.where.forEach((condition, i) => {
    const at = ['where', i];
    const column = readable(element, condition.column, [...at, 'column']);
    checkOp(column, condition.op, [...at, 'op']);
    if ('constant' in condition) checkConstants(column, condition, [...at, 'constant']);
    else
      for (const name of namesOf(condition)) checkUse(template, column, condition.op, name, [...at, 'parameter'], used);
  });
  for (const measure of template.measures)
    if (measure.of === 'logistic') for (const name of [measure.round, ...measure.at]) used.add(name);
  for (const name of Object.keys(template.parameters))
    if (!used.has(name)) refuse('TEMPLATE_PARAMETER_UNUSED', ['parameters', name], 'no condition uses it');
}

/** The parameters a condition uses. */
export function namesOf(condition: Condition): readonly string[] {
  if (!('parameter' in condition)) return [];
  return typeof condition.parameter === 'string' ? [condition.parameter] : condition.parameter;
}

function checkOp(column: Column, op: Condition['op'], at: Path): void {
  if (column.type === 'category' && !textOps.includes(op))
    refuse('TEMPLATE_TYPE_UNFIT', at, 'categories take = and in');
  if (column.type === 'boolean' && op !== '=') refuse('TEMPLATE_TYPE_UNFIT', at, 'booleans take =');
}

function checkConstants(column: Column, condition: Extract<Condition, { constant: unknown }>, at: Path): void {
  const list = Array.isArray(condition.constant) ? condition.constant : [condition.constant];
  list.forEach((constant, i) => {
    const place = Array.isArray(condition.constant) ? [...at, i] : at;
    if (!inDomain(column, constant)) refuse('TEMPLATE_VALUE_UNFIT', place, 'not in the domain of the column');
  });
  if (new Set(list.map(String)).size < list.length && condition.op === 'in')
    refuse('TEMPLATE_VALUE_UNFIT', at, 'listed twice');
  const [from, to] = list.map((constant) => literal(column, constant));
  if (condition.op === 'between' && from !== undefined && to !== undefined && from > to)
    refuse('TEMPLATE_VALUE_UNFIT', at, 'the range ends before it starts');
}

function checkUse(template: Template, column: Column, op: string, name: string, at: Path, used: Set<string>): void {
  const parameter = Object.hasOwn(template.parameters, name) ? template.parameters[name] : undefined;
  if (parameter === undefined) return refuse('TEMPLATE_PARAMETER_UNKNOWN', at, 'not declared');
  used.add(name);
  const many = parameter.type === 'category' && parameter.many === true;
  if (many !== (op === 'in'))
    refuse('TEMPLATE_PARAMETER_UNFIT', at, 'in takes a parameter of many values, and only in does');
  const wrong = misfit(column, parameter);
  if (wrong !== undefined) refuse('TEMPLATE_PARAMETER_UNFIT', at, wrong);
}

/** What keeps a parameter from being compared with a column, or undefined. */
function misfit(column: Column, parameter: Parameter): string | undefined {
  switch (parameter.type) {
    case 'category':
      if (column.type !== 'category') return 'needs a category column';
      return parameter.values.every((value) => column.domain.values.includes(value))
        ? undefined
        : 'a value the column does not declare';
    case 'boolean':
      return column.type === 'boolean' ? undefined : 'needs a boolean column';
    case 'date':
      if (column.type !== 'date' && column.type !== 'timestamp') return 'needs a date or timestamp column';
      return parameter.from >= column.domain.from && parameter.to <= column.domain.to
        ? undefined
        : 'days beyond the column';
    case 'step': {
      if (column.type !== 'integer' && column.type !== 'decimal') return 'needs an integer or decimal column';
      if (stepScale(parameter) > scaleOf(column)) return 'finer than the scale of the column';
      const { from, to, scale } = stepsOf(parameter);
      const lift = 10n ** BigInt(scaleOf(column) - scale);
      const bounds = boundsOf(column);
      return bounds !== undefined && from * lift >= bounds.low && to * lift <= bounds.high
        ? undefined
        : 'steps beyond the column';
    }
  }
}

/** True when the constant is a value that the column can hold. */
export function inDomain(column: Column, constant: Json): boolean {
  switch (column.type) {
    case 'category':
      return typeof constant === 'string' && column.domain.values.includes(constant);
    case 'boolean':
      return typeof constant === 'boolean';
    case 'date':
    case 'timestamp':
      return (
        typeof constant === 'string' &&
        /^\d{4}-\d\d-\d\d$/.test(constant) &&
        constant >= column.domain.from &&
        constant <= column.domain.to
      );
    case 'integer':
    case 'decimal': {
      const bounds = boundsOf(column);
      if (bounds === undefined || (typeof constant !== 'number' && typeof constant !== 'string')) return false;
      const scaled = toScaled(constant, bounds.scale);
      return scaled !== undefined && scaled >= bounds.low && scaled <= bounds.high;
    }
    case 'text-id':
      return false;
  }
}

/** The literal of a value already known to fit. */
export function literal(column: Column, value: Json): Literal {
  if (column.type !== 'integer' && column.type !== 'decimal') return value as string | boolean;
  const scaled = toScaled(value as Quantity, scaleOf(column));
  if (scaled === undefined) throw new Error('a checked value fits its column');
  return scaled;
}

/**
 * The filters of one binding. An absent optional parameter drops its condition; of a `between` with one end absent the
 * other end stays.
 */
export function filtersOf(
  template: Template,
  element: DataElement,
  values: Readonly<Record<string, Json>>,
): readonly Filter[] {
  return template.where.flatMap((condition, i): Filter[] => {
    const column = readable(element, condition.column, ['where', i, 'column']);
    const shown = {
      column: column.name,
      scale: scaleOf(column),
      ...(column.type === 'date' || column.type === 'timestamp' ? { compare: 'day' as const } : {}),
    };
    const list = (given: Json): readonly Literal[] =>
      (Array.isArray(given) ? given : [given]).map((v: Json) => literal(column, v));
    if ('constant' in condition) return [{ ...shown, op: condition.op, values: list(condition.constant) }];
    if (condition.op !== 'between') {
      const value = values[namesOf(condition)[0] ?? ''];
      return value === undefined ? [] : [{ ...shown, op: condition.op, values: list(value) }];
    }
    const [from, to] = condition.parameter.map((name) => values[name]);
    if (from !== undefined && to !== undefined) return [{ ...shown, op: 'between', values: list([from, to]) }];
    if (from !== undefined) return [{ ...shown, op: '>=', values: list(from) }];
    return to === undefined ? [] : [{ ...shown, op: '<=', values: list(to) }];
  });
}
