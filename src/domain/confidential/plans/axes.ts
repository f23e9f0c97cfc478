// What the cells of a block stand for, in order, as the factors of a product: a million keys are never written out.
import { Refusal } from '../../refusals';
import { bandKey } from '../../safe-answers/keys';
import type { Grouping } from '../../templates/plan';

/** One part of a group's key: a declared list, or the cells of a grid with keys `row:col`. The first axis is the slowest. */
export type Axis =
  | { readonly of: 'keys'; readonly keys: readonly string[] }
  | { readonly of: 'grid'; readonly rows: number; readonly cols: number };

/** Every key of one grouping. Refuses PLAN_NOT_LINEAR where keys are only discovered in the rows. */
export function axisOf(group: Grouping): Axis {
  switch (group.of) {
    case 'column':
      if (group.keys === 'discovered') throw new Refusal('PLAN_NOT_LINEAR', { column: group.column });
      return { of: 'keys', keys: group.keys };
    case 'bucket':
      return { of: 'keys', keys: group.keys };
    case 'band':
      return { of: 'keys', keys: group.edges.slice(0, -1).map((edge) => bandKey(edge, group.scale)) };
    case 'grid':
      return { of: 'grid', rows: group.rows, cols: group.cols };
  }
}

const lengthOf = (axis: Axis): number => (axis.of === 'keys' ? axis.keys.length : axis.rows * axis.cols);

/** Cells of one block; one where nothing is grouped. */
export const groupsOf = (axes: readonly Axis[]): number => axes.reduce((count, axis) => count * lengthOf(axis), 1);

/** The key of the cell at `at`. */
export function keyAt(axes: readonly Axis[], at: number): readonly string[] {
  const key: string[] = [];
  let rest = at;
  for (const axis of axes.toReversed()) {
    const length = lengthOf(axis);
    key.push(partAt(axis, rest % length));
    rest = Math.floor(rest / length);
  }
  return key.reverse();
}

const partAt = (axis: Axis, at: number): string =>
  axis.of === 'keys' ? (axis.keys[at] ?? '') : `${String(Math.floor(at / axis.cols))}:${String(at % axis.cols)}`;

/** Finds the cell of a key; undefined for a key that is not declared. */
export function places(axes: readonly Axis[]): (key: readonly string[]) => number | undefined {
  const finders = axes.map(finder);
  return (key) => {
    if (key.length !== axes.length) return undefined;
    let place = 0;
    for (const [index, find] of finders.entries()) {
      const at = find(key[index] ?? '');
      if (at === undefined) return undefined;
      place = place * lengthOf(axes[index] as Axis) + at;
    }
    return place;
  };
}

function finder(axis: Axis): (part: string) => number | undefined {
  if (axis.of === 'keys') {
    const known = new Map(axis.keys.map((key, at) => [key, at]));
    return (part) => known.get(part);
  }
  return (part) => {
    const [row = NaN, col = NaN] = part.split(':').map(Number);
    const at = row * axis.cols + col;
    // Written again and compared: `01:2` and ` 1:2` are no keys of a grid.
    return at >= 0 && row < axis.rows && col < axis.cols && partAt(axis, at) === part ? at : undefined;
  };
}
