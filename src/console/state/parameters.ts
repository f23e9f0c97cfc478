// What the parameters of a template are called and start with: a title of their own, or that of the column they narrow.
import type { ParameterValue, TemplateDocument, ElementDocument, Words } from '../api/types';
import { firstValue } from '../parts/parameter-field';
import type { Speech } from '../words/use-words';

interface Place {
  readonly column: string | undefined;
  /** In a range: its start or its end. */
  readonly end: 'low' | 'high' | undefined;
}

function placeOf({ where }: TemplateDocument, name: string): Place {
  for (const { column, parameter } of where) {
    if (parameter === name) return { column, end: undefined };
    if (Array.isArray(parameter) && parameter.includes(name))
      return { column, end: parameter[0] === name ? 'low' : 'high' };
  }
  return { column: undefined, end: undefined };
}

/** The label of a parameter's field. */
export function parameterLabel(
  template: TemplateDocument,
  element: ElementDocument,
  name: string,
  { say, t }: Speech,
): string {
  const own: Words | undefined = template.parameters[name]?.title;
  if (own !== undefined) return say(own);
  const { column, end } = placeOf(template, name);
  const title = say(element.columns.find((one) => one.name === column)?.title) || name;
  return end === undefined ? title : `${title}: ${t(`answer.${end}`)}`;
}

export type Given = Readonly<Record<string, ParameterValue | undefined>>;

/** The first declared value of every parameter that is needed. */
export function startingWith(template: TemplateDocument): Given {
  const pairs = Object.entries(template.parameters);
  return Object.fromEntries(
    pairs.map(([name, one]) => [name, firstValue(one, placeOf(template, name).end === 'high')]),
  );
}

/** Only what was chosen. */
export const chosen = (given: Given): Readonly<Record<string, ParameterValue>> =>
  Object.fromEntries(Object.entries(given).filter((pair): pair is [string, ParameterValue] => pair[1] !== undefined));

/** A fit's rounds choose their own number and coefficients; nobody is asked for them. */
export const filledByRounds = ({ measures }: TemplateDocument, name: string): boolean =>
  measures.some(({ round, at = [] }) => round === name || at.includes(name));
