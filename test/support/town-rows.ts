// The rows of the small town: two districts' residents and their trips, the same every time, with strings planted that must never be seen again.
import type { DataElement, Metadata } from '../../src/domain/elements';
import { DataElement as Element, elementId } from '../../src/domain/elements';
import { Template } from '../../src/domain/templates';

export const modes = ['walk', 'bike', 'bus', 'rail', 'car'] as const;
export const purposes = ['work', 'school', 'shopping', 'clinic-zq'] as const;
/** Part of every resident's id and name: found anywhere but in an owner's own source, it is a leak. */
export const CANARY = 'canary-9f31';

export interface Trip {
  readonly resident_id: string;
  readonly name: string;
  readonly age: number;
  readonly mode: (typeof modes)[number];
  readonly purpose: (typeof purposes)[number];
  readonly minutes: number;
}
export const columns = ['resident_id', 'name', 'age', 'mode', 'purpose', 'minutes'] as const;

/** One to three trips of each resident, of three different modes at most: within the template's bounds, so exact answers need no clipping. */
export function trips(district: string, residents: number, seed: number): readonly Trip[] {
  let state = seed;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
  const rows: Trip[] = [];
  for (let resident = 0; resident < residents; resident += 1) {
    const age = below(96);
    for (let trip = 0, many = 1 + below(3); trip < many; trip += 1) {
      rows.push({
        resident_id: `${CANARY}-${district}-${String(resident)}`,
        name: `${CANARY} name ${String(resident)}`,
        age,
        mode: modes[below(5)] ?? 'walk',
        purpose: purposes[below(4)] ?? 'work',
        minutes: 1 + below(119),
      });
    }
  }
  return rows;
}

export const csvOf = (rows: readonly Trip[]): string =>
  [columns.join(','), ...rows.map((row) => columns.map((column) => String(row[column])).join(','))].join('\n') + '\n';

const titled = (name: string) => ({ title: { en: name, zh: name }, sensitivity: 'personal' as const });
export const tripsElement: DataElement = Element.parse({
  schema: 'aggregora/element/1',
  name: 'town-trips',
  version: '1.0.0',
  title: { en: 'Trips of the town', zh: '小镇出行' },
  unit: { of: 'person', column: 'resident_id' },
  columns: [
    { name: 'resident_id', type: 'text-id', ...titled('Resident') },
    { name: 'age', type: 'integer', domain: { low: 0, high: 110 }, ...titled('Age') },
    { name: 'mode', type: 'category', domain: { values: [...modes] }, ...titled('Mode') },
    { name: 'purpose', type: 'category', domain: { values: [...purposes] }, ...titled('Purpose') },
    { name: 'minutes', type: 'integer', domain: { low: 0, high: 120 }, ...titled('Minutes') },
  ],
});

const question = (name: string) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name,
    version: '1.0.0',
    title: { en: 'People and trips by mode', zh: '按方式统计的人数与出行' },
    element: elementId(tripsElement),
    purposes: ['urban-planning', 'research'],
    parameters: {
      minAge: { type: 'step', from: 0, to: 60, by: 2, optional: true, title: { en: 'Age from', zh: '最低年龄' } },
      purpose: { type: 'category', values: [...purposes], optional: true, title: { en: 'Purpose', zh: '目的' } },
    },
    where: [
      { column: 'age', op: '>=', parameter: 'minAge' },
      { column: 'purpose', op: '=', parameter: 'purpose' },
    ],
    groupBy: [{ column: 'mode', keys: 'declared' }],
    measures: [
      { as: 'people', of: 'units' },
      { as: 'trips', of: 'count' },
    ],
    bounds: { groupsPerUnit: 3, rowsPerUnit: 3 },
    privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
  });

/** Adopted by both owners. */
export const adopted = question('town-trips-by-mode');
/** Published, and adopted by nobody. */
export const unadopted = question('town-trips-again');

export const metadataOf = (name: string): Metadata => ({
  schema: 'aggregora/repository/1',
  title: { en: name, zh: name },
  description: { en: 'Synthetic: no row is a real person.', zh: '合成数据：没有真实个人。' },
  theme: 'transport',
  place: { name: 'Town' },
  time: { from: '2026-01-01', to: '2026-06-30' },
  size: '1e3-1e4',
  rhythm: 'once',
  operations: ['units', 'count'],
  licence: 'CC0-1.0',
  synthetic: true,
});

/** The exact answer of `adopted`, which no repository ever gives away. */
export function exactly(rows: readonly Trip[], minAge = 0, purpose?: string) {
  const kept = rows.filter((row) => row.age >= minAge && (purpose === undefined || row.purpose === purpose));
  return modes.map((mode) => {
    const mine = kept.filter((row) => row.mode === mode);
    return { mode, people: new Set(mine.map((row) => row.resident_id)).size, trips: mine.length };
  });
}
