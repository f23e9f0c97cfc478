// Households that own a car or not, more of them with age and income; a template that fits it, and the plain fit by floating point.
import type { JsonObject } from '../../canonical';
import { DataElement, elementId } from '../../elements';
import { Template, type Row } from '../../templates';
import { fitOf, type Fit } from '.';

const title = { en: 'x', zh: 'x' };
const column = (name: string, more: object) => ({ name, title, sensitivity: 'personal', ...more });

export const element = DataElement.parse({
  schema: 'aggregora/element/1',
  name: 'households',
  version: '1.0.0',
  title,
  unit: { of: 'household', column: 'id' },
  columns: [
    column('id', { type: 'text-id' }),
    column('car', { type: 'integer', domain: { low: 0, high: 1 } }),
    column('age', { type: 'integer', domain: { low: 18, high: 90 } }),
    column('income', { type: 'decimal', domain: { low: 0, high: 9, scale: 2 } }),
    column('fuel', { type: 'category', domain: { values: ['none', 'oil'] } }),
    column('owns', { type: 'boolean' }),
    column('town', { type: 'integer', domain: { low: 0, high: 3 } }),
  ],
});

export const documentOf = (change: object = {}, of: object = {}) => ({
  schema: 'aggregora/template/1',
  name: 'car-ownership',
  version: '1.0.0',
  title,
  element: elementId(element),
  purposes: ['research'],
  parameters: {
    round: { type: 'step', from: 1, to: 6, by: 1, optional: true },
    ...Object.fromEntries(
      ['b0', 'b1', 'b2'].map((name) => [name, { type: 'step', from: -8, to: 8, by: '0.001', optional: true }]),
    ),
    town: { type: 'step', from: 0, to: 3, by: 1, optional: true },
  },
  where: [{ column: 'town', op: '=', parameter: 'town' }],
  groupBy: [],
  measures: [
    {
      as: 'car',
      of: 'logistic',
      target: 'car',
      on: [
        { column: 'age', low: 18, high: 90, scale: 0 },
        { column: 'income', low: 0, high: 9, scale: 1 },
      ],
      rounds: 7,
      round: 'round',
      at: ['b0', 'b1', 'b2'],
      ...of,
    },
  ],
  bounds: { groupsPerUnit: 1 },
  privacy: { mechanism: 'laplace', rho: '1/8', minUnits: 10 },
  ...change,
});

export const template = Template.parse(documentOf());

export function fit(parameters: JsonObject = {}, of: Template = template): Fit {
  const asked = fitOf(of, element, parameters);
  if (asked === undefined) throw new Error('nothing to fit');
  return asked;
}

export interface Household {
  readonly id: string;
  readonly car: number;
  readonly age: number;
  /** Tenths, so that nothing is rounded on the way. */
  readonly income: number;
  readonly town: number;
}

/** Chances from e^(level + 0.05·(age − 50) + 0.4·(income − 4)); whether a household owns a car is decided by a fixed sequence. */
export const households = (count: number, offset = 0, level = -0.5): readonly Household[] =>
  Array.from({ length: count }, (_, i) => {
    const at = i + offset;
    const age = 18 + ((at * 29) % 73);
    const income = ((at * 17) % 91) / 10;
    const chance = 1 / (1 + Math.exp(-(level + 0.05 * (age - 50) + 0.4 * (income - 4))));
    const draw = ((at * 7919 + ((at * at) % 104_729)) % 10_007) / 10_007;
    return { id: `h${String(at)}`, car: draw < chance ? 1 : 0, age, income, town: at % 4 };
  });

export const rowsOf = (all: readonly Household[]): readonly Row[] =>
  all.map((one) => ({ ...one, income: one.income.toFixed(2) }));

/** Constant, age and income of the plain fit: Newton's steps in floating point until they end. */
export function plainFit(all: readonly Household[]): readonly [number, number, number] {
  let b = [0, 0, 0];
  for (let step = 0; step < 60; step += 1) {
    const g = [0, 0, 0];
    const h = [0, 1, 2].map(() => [0, 0, 0]);
    for (const { car, age, income } of all) {
      const x = [1, age, income];
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, j) => sum + value * (b[j] ?? 0), 0)));
      x.forEach((value, j) => {
        g[j] = (g[j] ?? 0) + (car - p) * value;
        const row = h[j] ?? [];
        x.forEach((other, k) => (row[k] = (row[k] ?? 0) + p * (1 - p) * value * other));
      });
    }
    const moved = solve(h.map((row, j) => [...row, g[j] ?? 0]));
    b = b.map((value, j) => value + (moved[j] ?? 0));
  }
  return [b[0] ?? 0, b[1] ?? 0, b[2] ?? 0];
}

function solve(rows: number[][]): readonly number[] {
  const count = rows.length;
  for (let at = 0; at < count; at += 1) {
    const pivot = rows[at]?.[at] ?? 1;
    rows[at] = (rows[at] ?? []).map((value) => value / pivot);
    for (let other = 0; other < count; other += 1) {
      const by = rows[other]?.[at] ?? 0;
      if (other !== at) rows[other] = (rows[other] ?? []).map((value, j) => value - by * (rows[at]?.[j] ?? 0));
    }
  }
  return rows.map((row) => row[count] ?? 0);
}
