// Safe answers as tables: every figure with its interval, what was withheld, and what the label says about protection.
import { dirname, join } from 'node:path';
import { isObject, type Json, type JsonObject } from '../../domain/canonical';
import type { GroupView } from '../../sdk';
import { stopped } from '../asking/until';
import type { Show } from './show';

const text = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** One answer's cells: head and rows. */
export function cellTable(show: Show, body: Json): { head: string[]; rows: string[][] } {
  const fit = fitIn(body);
  if (fit !== undefined) return fitTable(show, fit.as, fit.values);
  const cells = list(object(body)['cells']).map(object);
  const flat = cells.map((cell) => figuresOf(object(cell['values'])));
  const measures = [...new Set(flat.flatMap((figures) => [...figures.keys()]))];
  const rows = cells.map((cell, at) => {
    const key = list(cell['key']).map(text).join(' · ');
    const figures = measures.flatMap((measure) => figureOf(show, flat[at]?.get(measure) ?? {}));
    return [key === '' ? show.word('all') : key, ...figures];
  });
  return { head: ['', ...measures.flatMap((measure) => [measure, show.word('interval')])], rows };
}

/** The one measure of a fit by rounds: a line with odds. */
function fitIn(body: Json): { readonly as: string; readonly values: JsonObject } | undefined {
  const [cell] = list(object(body)['cells']);
  const [as, values] = Object.entries(object(object(cell)['values']))[0] ?? [];
  return as !== undefined && object(values)['odds'] !== undefined ? { as, values: object(values) } : undefined;
}

/** One coefficient a row. */
function fitTable(show: Show, as: string, values: JsonObject): { head: string[]; rows: string[][] } {
  const odds = object(values['odds']);
  const coefficients = [
    [show.word('constant'), values['intercept']] as const,
    ...Object.entries(object(values['slopes'])),
  ];
  return {
    head: [
      as,
      show.word('coefficient'),
      show.word('interval'),
      show.word('noiseError'),
      show.word('standardError'),
      show.word('odds'),
      show.word('interval'),
    ],
    rows: coefficients.map(([name, one]) => [
      name,
      ...figureOf(show, object(one)),
      text(object(one)['noise']),
      text(object(one)['error']),
      ...figureOf(show, object(odds[name])),
    ]),
  };
}

/** Figures by name; a line is its intercept under its own name, and one more figure a slope. */
function figuresOf(values: JsonObject): ReadonlyMap<string, JsonObject> {
  return new Map(
    Object.entries(values).flatMap(([as, value]) => {
      const found = object(value);
      const parts = Object.entries(found);
      // What one round of a fit sums is a figure a part.
      if (found['value'] === undefined && found['intercept'] === undefined && parts.every(([, part]) => isObject(part)))
        return parts.map(([name, part]) => [`${as} · ${name}`, object(part)] as const);
      if (found['intercept'] === undefined) return [[as, found] as const];
      const slopes = Object.entries(object(found['slopes']));
      return [
        [as, object(found['intercept'])] as const,
        ...slopes.map(([column, slope]) => [`${as} × ${column}`, object(slope)] as const),
      ];
    }),
  );
}

function figureOf(show: Show, figure: JsonObject): string[] {
  const withheld = text(figure['withheld']);
  if (withheld !== '') return [show.paint.dim(show.word('withheld')), withheld];
  const [low, high] = [text(figure['low']), text(figure['high'])];
  return [show.paint.bold(text(figure['value'])), low === '' && high === '' ? '' : `${low} … ${high}`];
}

/** The label's cost and its two sentences in the person's language. */
export function labelLines(show: Show, body: Json): readonly string[] {
  const label = object(object(body)['label']);
  const sentences = list(object(label['sentences'])[show.lang]).map(text);
  const rho = text(label['rho']);
  const synthetic = label['synthetic'] === true ? ` · ${show.word('synthetic')}` : '';
  return [...(rho === '' ? [] : [`rho ${rho}${synthetic}`]), ...sentences];
}

export function showGroup(show: Show, view: GroupView): void {
  show.title(show.say(view.words));
  for (const record of view.records) {
    show.line();
    show.line(`${show.paint.cyan(record.repository)}  ${record.state}  ${show.paint.dim(record.xid)}`);
    if (record.refusal !== null) showRefusal(show, record.refusal);
    else if (record.answer !== null) showBody(show, record.answer);
  }
  if (stopped(view) && view.error !== null) showStop(show, view.error);
  const body = view.combined ?? view.soFar;
  if (body !== null) {
    show.line();
    show.title(show.word(view.combined === null ? 'soFar' : 'combined'));
    showBody(show, body);
    for (const line of tableLines(show, view)) show.line(line);
  }
  show.line();
  if (view.rounds !== null) show.line(show.paint.dim(`${show.word('rounds')} ${roundsOf(view)}`));
  if (view.mode !== 'clear') show.line(show.paint.dim(`${show.word('mode')} ${view.mode}`));
  if (view.evidence !== null) show.line(show.paint.dim(`${show.word('evidence')} ${view.evidence}`));
  show.line(show.paint.dim(`${show.word('group')} ${view.group}`));
}

/** Why a fit was stopped, and at whom. */
function showStop(show: Show, { code, title, titleZh, details }: NonNullable<GroupView['error']>): void {
  show.line();
  show.line(`${show.paint.red('✗')} ${show.say({ en: title, zh: titleZh ?? title })}`);
  const missing = details?.['missing'];
  if (Array.isArray(missing)) for (const one of missing) show.line(`  ${String(one)}`);
  show.line(show.paint.dim(`  ${code}`));
}

const roundsOf = ({ rounds }: GroupView): string =>
  rounds === null ? '' : `${String(rounds.done)}/${String(rounds.most)}`;

/** Of an answer too large to print: how much of it was shown, and where all of it is. */
export function tableLines(
  show: Show,
  { combined, evidence }: Pick<GroupView, 'combined' | 'evidence'>,
): readonly string[] {
  const table = object(object(combined)['table']);
  const [file, rows] = [text(table['file']), text(table['rows'])];
  if (file === '') return [];
  const shown = list(object(combined)['cells']).length;
  const withheld = text(object(object(object(combined)['label'])['withheld'])['cells']);
  return [
    `${String(shown)} / ${rows} ${show.word('largestRows')} · ${withheld} ${show.word('withheld')}`,
    `${show.word('allRows')} ${evidence === null ? file : join(dirname(evidence), file)}`,
  ];
}

function showBody(show: Show, body: Json): void {
  const { head, rows } = cellTable(show, body);
  show.table(head, rows);
  for (const line of labelLines(show, body)) show.line(show.paint.dim(line));
}

function showRefusal(show: Show, refusal: NonNullable<GroupView['records'][number]['refusal']>): void {
  show.line(`${show.paint.red('✗')} ${show.say(refusal.title)}`);
  show.line(`  → ${show.say(refusal.do)}`);
  show.line(show.paint.dim(`  ${refusal.code}`));
}
