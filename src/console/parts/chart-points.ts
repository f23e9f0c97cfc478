// Cells become bars: which part of the key is an axis, which one is a colour, and where the whiskers end.
import type { Cell, CellValue } from '../api/types';
import type { Shape } from './shape';

export interface Bar {
  readonly at: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Why there is no figure. */
  readonly missing?: 'withheld' | 'notCombined';
}

export interface Bars {
  readonly categories: readonly string[];
  readonly time: boolean;
  readonly series: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
}

const COLOURS = 6;

/** One series, or one for each value of a short last key part. */
export function barsOf(
  shape: Shape,
  cells: readonly Cell[],
  measure: { readonly as: string; readonly title: string },
): Bars {
  const last = shape.dimensions.length - 1;
  const names = [...new Set(cells.map((cell) => cell.key[last] ?? ''))];
  const split = shape.dimensions.length > 1 && names.length <= COLOURS;
  const labelOf = (cell: Cell): string => spelled(shape, split ? cell.key.slice(0, last) : cell.key);
  const categories = [...new Set(cells.map(labelOf))];
  const bars = (some: readonly Cell[]): readonly Bar[] =>
    some.map((cell) => bar(categories.indexOf(labelOf(cell)), cell.values[measure.as] ?? null));
  return {
    categories,
    time: shape.dimensions[0]?.time === true,
    series: split
      ? names.map((name) => ({
          name: shape.dimensions[last]?.spell(name) ?? name,
          bars: bars(cells.filter((cell) => cell.key[last] === name)),
        }))
      : [{ name: measure.title, bars: bars(cells) }],
  };
}

const spelled = (shape: Shape, key: readonly string[]): string =>
  key.map((part, at) => shape.dimensions[at]?.spell(part) ?? part).join(' · ');

function bar(at: number, value: CellValue): Bar {
  const none = { at, value: 0, low: 0, high: 0 };
  if (value === null) return { ...none, missing: 'notCombined' };
  if (typeof value === 'object' && 'withheld' in value) return { ...none, missing: 'withheld' };
  if (typeof value !== 'object') return { at, value: Number(value), low: Number(value), high: Number(value) };
  const { low = value.value, high = value.value } = value;
  return { at, value: Number(value.value), low: Number(low), high: Number(high) };
}
