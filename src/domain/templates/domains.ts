// Finite domains of parameters: which values there are, how many, and the one spelling of each.
import { canonicalQuantity, toScaled, type Quantity } from '../elements';
import type { Json } from '../canonical';
import type { Parameter, Template } from './document';

export const dayMs = 86_400_000;
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;
export const dayText = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);

/** The number of decimals a step parameter is written with. */
export const stepScale = (parameter: Extract<Parameter, { type: 'step' }>): number =>
  Math.max(...[parameter.from, parameter.to, parameter.by].map((q) => (String(q).split('.')[1] ?? '').length));

interface Steps {
  readonly from: bigint;
  readonly to: bigint;
  readonly by: bigint;
  readonly scale: number;
}
export function stepsOf(parameter: Extract<Parameter, { type: 'step' }>): Steps {
  const scale = stepScale(parameter);
  const at = (quantity: Quantity): bigint => toScaled(quantity, scale) ?? 0n;
  return { from: at(parameter.from), to: at(parameter.to), by: at(parameter.by), scale };
}

/** How many values a parameter can take, absence included where it is optional. */
export function sizeOf(parameter: Parameter): bigint {
  const absent = parameter.optional === true ? 1n : 0n;
  switch (parameter.type) {
    case 'boolean':
      return 2n + absent;
    case 'date':
      return BigInt(dayNumber(parameter.to) - dayNumber(parameter.from) + 1) + absent;
    case 'category':
      return (
        (parameter.many === true ? 2n ** BigInt(parameter.values.length) - 1n : BigInt(parameter.values.length)) +
        absent
      );
    case 'step': {
      const { from, to, by } = stepsOf(parameter);
      return (to - from) / by + 1n + absent;
    }
  }
}

/** The number of different questions a template can put. */
export const bindingCount = (template: Template): bigint =>
  Object.values(template.parameters).reduce((count, parameter) => count * sizeOf(parameter), 1n);

export type Verdict = { readonly value: Json } | { readonly wrong: 'type' | 'domain' };

/** The canonical spelling of one given value, or what is wrong with it. */
export function settle(parameter: Parameter, given: Json): Verdict {
  switch (parameter.type) {
    case 'boolean':
      return typeof given === 'boolean' ? { value: given } : { wrong: 'type' };
    case 'date':
      if (typeof given !== 'string' || !realDay(given)) return { wrong: 'type' };
      return given >= parameter.from && given <= parameter.to ? { value: given } : { wrong: 'domain' };
    case 'category':
      return parameter.many === true ? several(parameter.values, given) : one(parameter.values, given);
    case 'step':
      return step(parameter, given);
  }
}

/** True for an ISO date that exists. */
export const realDay = (day: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(day) && Number.isFinite(dayNumber(day)) && dayText(dayNumber(day)) === day;

function one(values: readonly string[], given: Json): Verdict {
  if (typeof given !== 'string') return { wrong: 'type' };
  return values.includes(given) ? { value: given } : { wrong: 'domain' };
}

// A set has one spelling: declared order, each value once.
function several(values: readonly string[], given: Json): Verdict {
  if (!Array.isArray(given) || given.length === 0) return { wrong: 'type' };
  const list = given as readonly Json[];
  if (list.some((value) => typeof value !== 'string')) return { wrong: 'type' };
  if (list.some((value) => !values.includes(value as string)) || new Set(list).size < list.length)
    return { wrong: 'domain' };
  return { value: values.filter((value) => list.includes(value)) };
}

function step(parameter: Extract<Parameter, { type: 'step' }>, given: Json): Verdict {
  if (typeof given !== 'number' && typeof given !== 'string') return { wrong: 'type' };
  if (typeof given === 'number' && !Number.isSafeInteger(given)) return { wrong: 'type' };
  if (!/^-?(?:0|[1-9]\d{0,19})(?:\.\d{1,20})?$/.test(String(given))) return { wrong: 'type' };
  const { from, to, by, scale } = stepsOf(parameter);
  const scaled = toScaled(given, scale);
  if (scaled === undefined || scaled < from || scaled > to || (scaled - from) % by !== 0n) return { wrong: 'domain' };
  return { value: canonicalQuantity(scaled, scale) };
}
