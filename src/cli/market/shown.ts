// Any of the market's answers as people read them: lists as tables, one thing as facts, what is deeper as JSON.
import type { Show } from '../show/show';

type Fields = Readonly<Record<string, unknown>>;

const COLUMNS = 6;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

export function shown(show: Show, value: unknown): void {
  if (isFields(value) && Array.isArray(value['items'])) return listed(show, value['items'].filter(isFields));
  if (!isFields(value)) return show.line(JSON.stringify(value, null, 2));
  const plain = Object.entries(value).filter(([, each]) => isPlain(each));
  if (plain.length > 0) show.facts(plain.map(([name, each]) => [name, textOf(each)]));
  for (const [name, each] of Object.entries(value)) {
    if (isPlain(each)) continue;
    show.title(name);
    if (Array.isArray(each) && each.length > 0 && each.every(isFields)) listed(show, each);
    else show.line(JSON.stringify(each, null, 2));
  }
}

/** The first plain columns; the whole is in --json. */
function listed(show: Show, items: readonly Fields[]): void {
  const [first = {}] = items;
  const names = Object.keys(first).filter((name) => items.every((item) => isPlain(item[name] ?? null)));
  const columns = names.slice(0, COLUMNS);
  show.table(
    columns,
    items.map((item) => columns.map((name) => textOf(item[name]))),
  );
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value.length > 44 ? `${value.slice(0, 43)}…` : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};
