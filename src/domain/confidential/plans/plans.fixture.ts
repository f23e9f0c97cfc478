// Residents with an age, an income and a trip, and templates of every linear kind over them: what the specs plan and compare.
import { DataElement, elementId } from '../../elements';
import { bind, sumsPlan, Template, type Row, type SumsPlan } from '../../templates';

const title = { en: 'x', zh: 'x' };
const column = (name: string, more: object) => ({ name, title, sensitivity: 'personal', ...more });

export const element = DataElement.parse({
  schema: 'aggregora/element/1',
  name: 'residents',
  version: '1.0.0',
  title,
  unit: { of: 'person', column: 'id' },
  columns: [
    column('id', { type: 'text-id' }),
    column('ward', { type: 'category', domain: { values: ['east', 'west'] } }),
    column('work', { type: 'category', domain: { values: ['east', 'west'] } }),
    column('age', { type: 'integer', domain: { low: 0, high: 100 } }),
    column('hours', { type: 'decimal', domain: { low: 0, high: 60, scale: 1 } }),
  ],
});

/** A planned template of these groups and measures. */
export function planned(
  measures: readonly object[],
  { groupBy = [], groupsPerUnit = 1, rho = '1/200', rowsPerUnit }: Partial<Shape> = {},
): SumsPlan {
  const template = Template.parse({
    schema: 'aggregora/template/1',
    name: 'asked',
    version: '1.0.0',
    title,
    element: elementId(element),
    purposes: ['research'],
    parameters: {},
    where: [],
    groupBy,
    measures,
    bounds: { groupsPerUnit, ...(rowsPerUnit === undefined ? {} : { rowsPerUnit }) },
    privacy: { mechanism: 'laplace', rho, minUnits: 10 },
  });
  return sumsPlan(template, element, bind(template, element, {}));
}

interface Shape {
  readonly groupBy: readonly object[];
  readonly groupsPerUnit: number;
  readonly rho: string;
  readonly rowsPerUnit: number;
}

export interface Person {
  readonly id: string;
  readonly ward: string;
  readonly work: string;
  readonly age: number;
  readonly hours: number;
}

/** Hours grow with age, and so do the trips to the west: figures that a mistake would move. */
export const people = (count: number, offset = 0): readonly Person[] =>
  Array.from({ length: count }, (_, i) => {
    const at = i + offset;
    const age = (at * 37) % 101;
    const hours = Math.round(Math.min(60, Math.max(0, 5 + age / 2 + ((at * 13) % 17) - 8)) * 10) / 10;
    return {
      id: `p${String(at)}`,
      ward: at % 3 === 0 ? 'west' : 'east',
      work: (at * 7) % 5 < 2 ? 'west' : 'east',
      age,
      hours,
    };
  });

export const rowsOf = (all: readonly Person[]): readonly Row[] =>
  all.map((one) => ({ ...one, hours: one.hours.toFixed(1) }));
