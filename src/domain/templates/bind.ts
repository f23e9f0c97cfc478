// A binding is one choice of parameter values in its one spelling: the same question always has the same name.
import { contentId, type ContentId, type Json } from '../canonical';
import { elementId, type DataElement } from '../elements';
import { literal } from './conditions';
import type { Template } from './document';
import { settle } from './domains';
import { readable, refuse } from './faults';

export interface Binding {
  /** contentId('aggregora/binding/1', parameters). */
  readonly id: ContentId;
  /** Canonical values by name; an absent optional parameter has no entry and means "no filter". */
  readonly parameters: Readonly<Record<string, Json>>;
}

/**
 * The canonical binding of the given parameters: one question has one spelling.
 * Refuses TEMPLATE_ELEMENT_OTHER, PARAMETERS_INVALID, PARAMETER_{UNKNOWN, MISSING, TYPE, OUT_OF_DOMAIN, RANGE_EMPTY}.
 */
export function bind(template: Template, element: DataElement, parameters: unknown): Binding {
  if (template.element !== elementId(element)) refuse('TEMPLATE_ELEMENT_OTHER', ['element'], 'id of another element');
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
    return refuse('PARAMETERS_INVALID', [], 'an object');
  const given = new Map(Object.entries(parameters as Record<string, Json>));
  for (const name of given.keys())
    if (!Object.hasOwn(template.parameters, name)) refuse('PARAMETER_UNKNOWN', [name], 'not declared');
  const settled: Record<string, Json> = {};
  for (const name of Object.keys(template.parameters).sort()) {
    const value = chosen(template, name, given.get(name));
    if (value !== undefined) settled[name] = value;
  }
  rangesRun(template, element, settled);
  return { id: contentId('aggregora/binding/1', settled), parameters: settled };
}

function chosen(template: Template, name: string, given: Json | undefined): Json | undefined {
  const parameter = template.parameters[name];
  if (parameter === undefined) return undefined;
  if (given === undefined)
    return parameter.optional === true ? undefined : refuse('PARAMETER_MISSING', [name], 'not optional');
  const verdict = settle(parameter, given);
  if ('value' in verdict) return verdict.value;
  return refuse(verdict.wrong === 'type' ? 'PARAMETER_TYPE' : 'PARAMETER_OUT_OF_DOMAIN', [name], parameter.type);
}

// An empty range would cost rho and say nothing.
function rangesRun(template: Template, element: DataElement, settled: Readonly<Record<string, Json>>): void {
  template.where.forEach((condition, i) => {
    if (condition.op !== 'between' || !('parameter' in condition)) return;
    const column = readable(element, condition.column, ['where', i, 'column']);
    const [from, to] = condition.parameter.map((name) => settled[name]);
    if (from === undefined || to === undefined || literal(column, from) <= literal(column, to)) return;
    refuse('PARAMETER_RANGE_EMPTY', [condition.parameter[1]], `before ${condition.parameter[0]}`);
  });
}

/** The first value of every needed parameter: for showing SQL and for previews nobody has filled in. */
export function sampleParameters(template: Template): Record<string, Json> {
  const needed = Object.entries(template.parameters).filter(([, p]) => p.optional !== true);
  return Object.fromEntries(
    needed.map(([name, p]): [string, Json] => {
      if (p.type === 'boolean') return [name, true];
      if (p.type !== 'category') return [name, p.from];
      return [name, p.many === true ? p.values.slice(0, 1) : (p.values[0] ?? '')];
    }),
  );
}
