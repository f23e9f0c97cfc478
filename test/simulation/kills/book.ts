// Reads the searcher's journal from outside while the desk writes it: what is in flight, and which answers were seen.
import { existsSync, readFileSync } from 'node:fs';
import type { BookEntry } from '../../../src/sdk/book/entries';

/** Whole lines only; a torn last one is being written, or was when its writer was killed. */
export function entriesOf(file: string): readonly BookEntry[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as BookEntry);
}

const stages = ['request', 'answer', 'ack', 'promise', 'final'] as const;
export type Stage = (typeof stages)[number];

/** How far each exchange record has come. */
export function progress(entries: readonly BookEntry[]): ReadonlyMap<string, Stage> {
  const far = new Map<string, Stage>();
  for (const entry of entries) if ('xid' in entry) far.set(entry.xid, entry.t);
  return far;
}

export const count = (far: ReadonlyMap<string, Stage>, ...which: readonly Stage[]): number =>
  [...far.values()].filter((stage) => which.includes(stage)).length;

/** In words, for the table of kills. */
export function inFlight(far: ReadonlyMap<string, Stage>): string {
  const words = {
    request: 'asked',
    answer: 'answered',
    ack: 'acknowledged',
    promise: 'promised',
    final: 'final',
  } as const;
  return stages
    .filter((stage) => stage !== 'final' && count(far, stage) > 0)
    .map((stage) => `${String(count(far, stage))} ${words[stage]}`)
    .join(', ');
}
