// Shows a report to a person: lists of rows as tables, everything else as `name: value` lines.
import Table from 'cli-table3';

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of many lines, without a line feed at the end. */
export function show(report: unknown): string {
  if (Array.isArray(report)) return report.length > 0 && report.every(isRow) ? tables(report) : cell(report);
  if (!isRow(report)) return cell(report);
  return Object.entries(report)
    .map(([name, value]) => (isDeep(value) ? `${name}:\n${show(value)}` : `${name}: ${cell(value)}`))
    .join('\n');
}

const isDeep = (value: unknown): boolean =>
  isRow(value) || (Array.isArray(value) && value.length > 0 && value.every(isRow));

/** Rows with other columns than the row before begin a new table, so that no table is mostly empty. */
function tables(rows: readonly Row[]): string {
  const parts: Row[][] = [];
  for (const row of rows.map(flat)) {
    const last = parts.at(-1);
    if (last && columns([row]) === columns(last.slice(0, 1))) last.push(row);
    else parts.push([row]);
  }
  return parts.map(oneTable).join('\n');
}

const columns = (rows: readonly Row[]): string => rows.flatMap((row) => Object.keys(row)).join('\n');

function oneTable(rows: readonly Row[]): string {
  const head = Object.keys(rows[0] ?? {});
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(head.map((name) => cell(row[name])));
  return table.toString();
}

/** `{ name, figures: { a, b } }` → `{ name, a, b }`; other inner objects keep their name before the column's. */
function flat(row: Row): Row {
  const entries = Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
    if (!isRow(value)) return [[name, value]];
    return Object.entries(value).map(([inner, each]) => [name === 'figures' ? inner : `${name} ${inner}`, each]);
  });
  return Object.fromEntries(entries);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
}
