// Every refusal of the program in one table. Rooms bring their own rows; a code that two rooms use is a bug found at start.
import type { RefusalRow, RefusalRows } from '../../domain/refusals';

export type RefusalTable = ReadonlyMap<string, RefusalRow>;

/** One table from many; throws when a code stands in two of them with different words. */
export function merged(...tables: readonly RefusalRows[]): RefusalTable {
  const all = new Map<string, RefusalRow>();
  for (const table of tables) {
    for (const [code, row] of Object.entries(table)) {
      if (all.has(code) && all.get(code) !== row) throw new Error(`Two rooms use the refusal code ${code}.`);
      all.set(code, row);
    }
  }
  return all;
}
