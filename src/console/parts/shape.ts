// How a template's answers are laid out: what each part of a key means, and what each measure is called.
import type { ElementDocument, Group, Measure, TemplateDocument } from '../api/types';
import type { Speech } from '../words/use-words';

export interface Dimension {
  readonly title: string;
  /** Points in time read from left to right, not from top to bottom. */
  readonly time: boolean;
  spell(key: string): string;
}

export interface Shape {
  readonly dimensions: readonly Dimension[];
  readonly measures: readonly { readonly as: string; readonly title: string }[];
  readonly floor: number;
}

/** The shape in the chosen language. */
export function shapeOf(template: TemplateDocument, element: ElementDocument, speech: Speech): Shape {
  const histogram = template.measures.find((measure) => measure.of === 'histogram');
  const groups: readonly Group[] = [
    ...template.groupBy,
    ...(histogram?.column === undefined ? [] : [{ column: histogram.column, band: histogram.edges ?? [] }]),
  ];
  return {
    dimensions: groups.map((group) => dimension(group, element, speech)),
    measures: template.measures.map((measure) => ({ as: measure.as, title: measureTitle(measure, element, speech) })),
    floor: template.privacy.minUnits,
  };
}

/** For when the template cannot be read: the keys as they are. */
export function plainShape(cells: readonly { key: readonly string[]; values: object }[]): Shape {
  const [first] = cells;
  return {
    dimensions: (first?.key ?? []).map((_, at) => ({ title: `#${String(at + 1)}`, time: false, spell: (key) => key })),
    measures: Object.keys(first?.values ?? {}).map((as) => ({ as, title: as })),
    floor: 0,
  };
}

const titled = (element: ElementDocument, name: string | undefined, { say }: Speech): string =>
  say(element.columns.find((column) => column.name === name)?.title) || (name ?? '');

function dimension(group: Group, element: ElementDocument, speech: Speech): Dimension {
  const { t, term, number } = speech;
  if (group.grid !== undefined) return { title: t('grid'), time: false, spell: (key) => key };
  const title = titled(element, group.column, speech);
  const { band, bucket } = group;
  if (band !== undefined) {
    const spell = (key: string): string => {
      const at = band.findIndex((edge) => Number(edge) === Number(key));
      return t('band', { from: number(band[at] ?? key), to: number(band[at + 1] ?? '') });
    };
    return { title, time: false, spell };
  }
  if (bucket !== undefined)
    return {
      title: `${title} (${term('bucket', bucket)})`,
      time: true,
      spell: (key) => key.replace('T', ' ').replace(/ (\d\d)$/, ' $1:00'),
    };
  const yesNo: Readonly<Record<string, string>> = { true: t('template.yes'), false: t('template.no') };
  const boolean = element.columns.find((column) => column.name === group.column)?.type === 'boolean';
  return { title, time: false, spell: (key) => (boolean ? (yesNo[key] ?? key) : key) };
}

const inUnits = new Set(['sum', 'mean', 'quantile']);

function measureTitle(measure: Measure, element: ElementDocument, speech: Speech): string {
  const counted = speech.term('counted', element.unit.of);
  if (measure.of === 'units') return counted;
  // Of a linear regression the target is a column with its bounds; of a logistic one its name.
  const { target } = measure;
  const measured = measure.column ?? (typeof target === 'object' ? target.column : target);
  const column = element.columns.find(({ name }) => name === measure.column);
  const unit = column?.unit === undefined || !inUnits.has(measure.of) ? '' : ` (${column.unit})`;
  return `${speech.t(`measure.${measure.of}`, { column: titled(element, measured, speech), counted })}${unit}`;
}
