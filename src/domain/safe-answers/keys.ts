// Declared keys: the whole list of groups that is answered, whatever the data hold.
import { Refusal } from '../refusals';
import type { Grouping, Plan } from '../templates/plan';
import { decimal } from './decimal';

/** Most cells of one answer. */
export const MAX_CELLS = 1_048_576;

/** The key of a band: the decimal text of its lower edge. */
export const bandKey = (edge: bigint, scale: number): string => decimal(edge, scale);

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The keys of one grouping in declared order. Refuses KEYS_NOT_DECLARED. */
export function keysOfGrouping(grouping: Grouping): readonly string[] {
  switch (grouping.of) {
    case 'column':
      if (grouping.keys === 'discovered') throw new Refusal('KEYS_NOT_DECLARED');
      return grouping.keys;
    case 'bucket':
      return grouping.keys;
    case 'band':
      return grouping.edges.slice(0, -1).map((edge) => bandKey(edge, grouping.scale));
    case 'grid':
      return range(grouping.rows).flatMap((row) => range(grouping.cols).map((col) => `${row}:${col}`));
  }
}

/**
 * Every key of the cross product, first grouping slowest; one empty key when nothing is grouped.
 * Refuses KEYS_NOT_DECLARED, KEYS_TOO_MANY.
 */
export function declaredKeys(plan: Pick<Plan, 'groups'>): readonly (readonly string[])[] {
  // Counted before any list is made: a wide grid must be refused without building it.
  const cells = plan.groups.reduce((count, grouping) => count * countOf(grouping), 1);
  if (cells > MAX_CELLS) throw new Refusal('KEYS_TOO_MANY', { cells, most: MAX_CELLS });
  const lists = plan.groups.map((grouping) => [...new Set(keysOfGrouping(grouping))]);
  return lists.reduce<string[][]>((keys, list) => keys.flatMap((key) => list.map((part) => [...key, part])), [[]]);
}

const countOf = (grouping: Grouping): number =>
  grouping.of === 'grid' ? grouping.rows * grouping.cols : keysOfGrouping(grouping).length;
