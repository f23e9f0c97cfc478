// Lines and fits as columns of their own: the constant under the measure's name, then each slope, and the odds where there are any.
import type { Cell, CellValue } from '../api/types';

type Single = Extract<CellValue, object>;
type Line = Readonly<Record<string, Single | Readonly<Record<string, Single>>>>;

const isFigure = (value: object): value is Single => 'value' in value || 'withheld' in value;

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !isFigure(value);
}

function columnsOf(as: string, line: Line): readonly (readonly [string, CellValue])[] {
  return Object.entries(line).flatMap(([part, found]): (readonly [string, CellValue])[] => {
    if (isFigure(found)) return [[part === 'intercept' ? as : `${as} · ${part}`, found]];
    const sign = part === 'odds' ? `${as}: e^` : `${as} × `;
    return Object.entries(found).map(([column, one]) => [`${sign}${column}`, one] as const);
  });
}

/** As far as a shape is laid out anew here. */
interface Columns {
  readonly measures: readonly { readonly as: string; readonly title: string }[];
}

/** Cells and shape where every value is one figure; unchanged where they already are. */
export function oneFigureEach<S extends Columns>(
  shape: S,
  cells: readonly Cell[],
): { readonly shape: S; readonly cells: readonly Cell[] } {
  if (!cells.some(({ values }) => Object.values(values).some(isLine))) return { shape, cells };
  const flat = cells.map((cell) => ({
    ...cell,
    values: Object.fromEntries(
      Object.entries(cell.values).flatMap(([as, value]) =>
        isLine(value) ? columnsOf(as, value) : [[as, value] as const],
      ),
    ),
  }));
  const names = [...new Set(flat.flatMap(({ values }) => Object.keys(values)))];
  const titleOf = (as: string): string => {
    const own = shape.measures.find((measure) => as.startsWith(measure.as));
    return own === undefined ? as : `${own.title}${as.slice(own.as.length)}`;
  };
  return { cells: flat, shape: { ...shape, measures: names.map((as) => ({ as, title: titleOf(as) })) } };
}
