// A large answer for people: every row in a CSV file beside the evidence, the largest ones in the answer itself.
import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { setImmediate as others } from 'node:timers/promises';
import type { Json } from '../../domain/canonical';
import type { Grouping, SumsPlan } from '../../domain/templates/plan';

/** One figure as text; a withheld one has only that. */
export interface FigureText {
  readonly value: string;
  readonly low: string;
  readonly high: string;
}

export interface TableRow {
  readonly key: readonly string[];
  /** By column name, in order. */
  readonly figures: readonly (readonly [string, FigureText])[];
  /** By what the largest are chosen: the first figure's value; undefined for a withheld row. */
  readonly weight: number | undefined;
  /** The row as the answer's body shows it. */
  readonly shown: Json;
}

export interface WrittenTable {
  /** The largest rows, in order of size. */
  readonly largest: readonly Json[];
  readonly rows: number;
  readonly sha256: string;
  readonly bytes: number;
}

const SHOWN = 50;
const CHUNK = 1 << 16;

/**
 * Writes `file` (mode 0600, whole or not at all): a head, then one line a row: the key's parts, and value, low and high of every
 * measure. RFC 4180 with line feeds; UTF-8. Every few thousand rows others have their turn: a million rows take ten seconds.
 */
export async function writeTable(file: string, plan: SumsPlan, rows: Iterable<TableRow>): Promise<WrittenTable> {
  const hash = createHash('sha256');
  const part = `${file}.new`;
  const to = await open(part, 'w', 0o600);
  const largest: { readonly weight: number; readonly shown: Json }[] = [];
  let [text, bytes, count] = ['', 0, 0];
  const flush = async (): Promise<void> => {
    const chunk = Buffer.from(text);
    hash.update(chunk);
    await to.write(chunk);
    bytes += chunk.length;
    text = '';
    await others();
  };
  try {
    for (const row of rows) {
      if (count === 0) text += line(headOf(plan, row));
      count += 1;
      text += line([...row.key, ...row.figures.flatMap(([, { value, low, high }]) => [value, low, high])]);
      if (text.length > CHUNK) await flush();
      rank(largest, row);
    }
    await flush();
    await to.sync();
  } finally {
    await to.close();
  }
  await rename(part, file);
  return { largest: largest.map(({ shown }) => shown), rows: count, sha256: hash.digest('hex'), bytes };
}

/** Keeps the largest, sorted; most rows are dropped at the first comparison. */
function rank(largest: { readonly weight: number; readonly shown: Json }[], { weight, shown }: TableRow): void {
  if (weight === undefined) return;
  const last = largest.at(-1);
  if (largest.length === SHOWN && last !== undefined && weight <= last.weight) return;
  const at = largest.findIndex((one) => one.weight < weight);
  largest.splice(at < 0 ? largest.length : at, 0, { weight, shown });
  largest.length = Math.min(largest.length, SHOWN);
}

function headOf({ groups }: SumsPlan, { key, figures }: TableRow): readonly string[] {
  const parts = groups.slice(0, key.length).map(nameOf);
  return [...parts, ...figures.flatMap(([name]) => [name, `${name} low`, `${name} high`])];
}

const nameOf = (group: Grouping): string => (group.of === 'grid' ? 'row:col' : group.column);

const line = (fields: readonly string[]): string => `${fields.map(field).join(',')}\n`;
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
