// What an answer would look like, over invented rows: it touches no data and costs nothing.
import { fromScaled, type DataElement } from '../../elements';
import { declaredKeys, floorDiv } from '../../safe-answers';
import type { GroupRow, SumsMeasure, SumsPlan } from '../plan';
import { evaluate } from './evaluate';
import { syntheticRows } from './rows';

export interface Preview {
  readonly synthetic: true;
  readonly seed: string;
  readonly rows: number;
  /** Every declared key in order, up to `shown`; figures are exact, as decimal text, null where there is nothing to divide by. */
  readonly cells: readonly {
    readonly key: readonly string[];
    readonly values: Readonly<Record<string, string | null>>;
  }[];
  /** How many cells an answer has. */
  readonly size: number;
}

const ROWS = 2_000;
const SHOWN = 500;

/** A preview of the plan over 2,000 invented rows; the seed alone decides them. Refuses KEYS_TOO_MANY, KEYS_NOT_DECLARED. */
export function preview(plan: SumsPlan, element: DataElement, seed: string = plan.binding): Preview {
  const keys = declaredKeys(plan);
  const found = new Map(
    evaluate(plan, syntheticRows(element, seed, ROWS)).map((row) => [JSON.stringify(row.key), row]),
  );
  const cells = keys.slice(0, SHOWN).map((key) => ({ key, values: figures(plan, found.get(JSON.stringify(key))) }));
  return { synthetic: true, seed, rows: ROWS, cells, size: keys.length };
}

const figures = (plan: SumsPlan, row: GroupRow | undefined): Record<string, string | null> =>
  Object.fromEntries(plan.measures.map((measure) => [measure.as, figure(measure, row)]));

function figure(measure: SumsMeasure, row: GroupRow | undefined): string | null {
  const at = (index: number): bigint => row?.values[index] ?? 0n;
  switch (measure.of) {
    case 'units':
    case 'histogram':
    case 'quantile': // the bins it is read from
    case 'overlap': // the units of one of the two
      return (row?.contributors ?? 0n).toString();
    case 'count':
      return at(measure.rows).toString();
    case 'sum':
      return fromScaled(at(measure.total), measure.scale);
    case 'mean': {
      const rows = at(measure.rows);
      return rows === 0n ? null : fromScaled(measure.midpoint + floorDiv(at(measure.total), rows), measure.scale);
    }
    case 'variance': {
      const [n, total] = [at(measure.rows), at(measure.total)];
      return n === 0n ? null : fromScaled(floorDiv(at(measure.squares) * n - total * total, n * n), 2 * measure.scale);
    }
    case 'logistic':
      return measure.round === 'start' ? at(measure.moments.rows).toString() : null;
    case 'correlation':
    case 'regression':
      return at(measure.moments.rows).toString(); // rows with all variables: how much there is to read it from
  }
}
