// Safe answers as tables: every figure with its interval, what was withheld, and what the label says about protection.
import { isObject, type Json, type JsonObject } from '../../domain/canonical';
import type { GroupView } from '../../sdk';
import type { Show } from './show';

const text = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** One answer's cells: head and rows. */
export function cellTable(show: Show, body: Json): { head: string[]; rows: string[][] } {
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

/** Figures by name; a line is its intercept under its own name, and one more figure a slope. */
function figuresOf(values: JsonObject): ReadonlyMap<string, JsonObject> {
  return new Map(
    Object.entries(values).flatMap(([as, value]) => {
      const found = object(value);
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
  if (view.combined !== null) {
    show.line();
    show.title(show.word('combined'));
    showBody(show, view.combined);
  }
  show.line();
  if (view.mode !== 'clear') show.line(show.paint.dim(`${show.word('mode')} ${view.mode}`));
  if (view.evidence !== null) show.line(show.paint.dim(`${show.word('evidence')} ${view.evidence}`));
  show.line(show.paint.dim(`${show.word('group')} ${view.group}`));
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
