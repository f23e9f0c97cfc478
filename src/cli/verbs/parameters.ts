// `--param name=value` into the values a template declares: text becomes the declared type, nothing more is judged here.
import type { Json, JsonObject } from '../../domain/canonical';
import type { Parameter, Template } from '../../domain/templates';
import { UsageError } from '../exits';

/** Collects a repeatable option. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function parametersOf(template: Template, given: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new UsageError(`Write --param name=value, not ${pair}.`, `请写成 --param 名称=值，而不是 ${pair}。`);
      const name = pair.slice(0, at);
      return [
        name,
        valueOf(Object.hasOwn(template.parameters, name) ? template.parameters[name] : undefined, pair.slice(at + 1)),
      ];
    }),
  );
}

/** Undeclared names go on as text: the template's own check refuses them with its own words. */
function valueOf(parameter: Parameter | undefined, text: string): Json {
  if (parameter?.type === 'category' && parameter.many === true) return text.split(',');
  if (parameter?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (parameter?.type === 'step' && /^-?\d{1,15}$/.test(text)) return Number(text);
  return text;
}
