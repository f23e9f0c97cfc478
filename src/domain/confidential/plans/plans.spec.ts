// Linear questions as one vector: sums over repositories give the measures, and one person moves no more than stated.
import * as fc from 'fast-check';
import type { GroupRow, Plan } from '../../templates/plan';
import {
  correlation,
  decode,
  encodeFlows,
  encodeMoments,
  encodeRows,
  flowsPlan,
  layOut,
  measureValues,
  momentsPlan,
  noiseScale,
  planId,
  quantileBin,
  readMoments,
  regress,
  tablePlan,
  encode,
} from '.';

const plan: Plan = {
  template: 'sha256:1',
  element: 'sha256:2',
  binding: 'sha256:3',
  unit: 'id',
  unitOf: 'person',
  filters: [],
  groups: [
    { of: 'column', column: 'sex', keys: ['f', 'm'] },
    { of: 'band', column: 'age', scale: 0, edges: [0n, 40n, 120n] },
  ],
  groupsPerUnit: 1,
  aggregates: [
    { of: 'rows', perUnit: 1n },
    {
      of: 'sum',
      column: 'income',
      scale: 0,
      low: 0n,
      high: 200_000n,
      offset: 100_000n,
      power: 1,
      lowest: -100_000n,
      highest: 100_000n,
    },
  ],
  measures: [
    { as: 'people', of: 'units' },
    { as: 'income', of: 'mean', total: 1, rows: 0, scale: 0, midpoint: 100_000n },
  ],
  privacy: { mechanism: 'laplace', rho: '1/200', minUnits: 10 },
};
const add = (a: readonly bigint[], b: readonly bigint[]): bigint[] => a.map((cell, at) => cell + (b[at] ?? 0n));

test('a grouped mean over two repositories is the mean over all rows, within the stated floor', () => {
  const made = tablePlan(plan, 1000n);
  expect(made.cells).toBe(12);
  const rows = (incomes: readonly bigint[]): GroupRow[] => [
    {
      key: ['f', '0'],
      contributors: BigInt(incomes.length),
      values: [BigInt(incomes.length), incomes.reduce((sum, one) => sum + one - 100_000n, 0n)],
    },
  ];
  const total = add(encodeRows(made, rows([50_000n, 70_000n])), encodeRows(made, rows([90_000n])));
  const [mean] = measureValues(made, plan.measures[1] ?? { as: '', of: 'units' }, total);
  const value = Number(mean?.num ?? 0n) / Number(mean?.den ?? 1n);
  expect(Math.abs(value - 70_000)).toBeLessThan(100_000 / 16);
  expect(measureValues(made, { as: 'people', of: 'units' }, total)[0]).toEqual({ num: 3n, den: 1n });
});

test('one person changes a table by no more than the stated sensitivity', () => {
  const made = tablePlan(plan, 1000n);
  const cell = fc.bigInt({ min: -100_000n, max: 100_000n });
  fc.assert(
    fc.property(cell, cell, (base, person) => {
      const rows = (n: bigint, sum: bigint): GroupRow[] => [{ key: ['m', '40'], contributors: n, values: [n, sum] }];
      const [with_, without] = [encodeRows(made, rows(8n, base + person)), encodeRows(made, rows(7n, base))];
      const moved = with_.reduce(
        (sum, one, at) => sum + (one > (without[at] ?? 0n) ? one - (without[at] ?? 0n) : (without[at] ?? 0n) - one),
        0n,
      );
      return moved <= BigInt(made.sensitivity);
    }),
  );
});

test.each([[['discovered']], [['unknown']]])('what is not linear is refused: %p', ([why]) => {
  if (why === 'discovered')
    expect(() => tablePlan({ ...plan, groups: [{ of: 'column', column: 'sex', keys: 'discovered' }] }, 10n)).toThrow(
      'PLAN_NOT_LINEAR',
    );
  else
    expect(() => encodeRows(tablePlan(plan, 10n), [{ key: ['x', '0'], contributors: 1n, values: [1n, 0n] }])).toThrow(
      'PLAN_NOT_LINEAR',
    );
});

test('regression and correlation over two repositories recover the line', () => {
  const made = momentsPlan(
    [
      { name: 'x', half: 16n },
      { name: 'y', half: 64n },
    ],
    1000n,
  );
  const rows = Array.from({ length: 20 }, (_, at) => [BigInt(at - 10), 3n * BigInt(at - 10) + 4n] as const);
  const total = add(encodeMoments(made, rows.slice(0, 9)), encodeMoments(made, rows.slice(9)));
  const moments = readMoments(made, total);
  const [intercept, slope] = regress(moments, 1).map(({ num, den }) => Number(num) / Number(den));
  expect(Math.abs((slope ?? 0) - 3)).toBeLessThan(0.5);
  expect(Math.abs((intercept ?? 0) - 4)).toBeLessThan(2);
  expect(correlation(moments, 0, 1)?.sign).toBe(1);
});

test('origin–destination cells travel as they are', () => {
  const made = flowsPlan(['a', 'b'], 4n, 100n);
  const cells = add(
    encodeFlows(made, [{ from: 'a', to: 'b', trips: 3n }]),
    encodeFlows(made, [
      { from: 'a', to: 'b', trips: 4n },
      { from: 'b', to: 'b', trips: 1n },
    ]),
  );
  expect(decode(made, 'trips', cells).map(({ num }) => num)).toEqual([0n, 7n, 0n, 1n]);
  expect(noiseScale(made, { num: 1n, den: 2n })).toBe('8');
  expect(() => encode(made, new Map([['trips', [401n, 0n, 0n, 0n]]]))).toThrow('VALUE_OUT_OF_BOUND');
});

test('quantiles are read from bins, and negative noise counts as empty', () => {
  const bins = [-3n, 4n, 0n, 4n].map((num) => ({ num, den: 1n }));
  expect(quantileBin(bins, { num: 1n, den: 2n })).toBe(1);
  expect(quantileBin(bins, { num: 3n, den: 4n })).toBe(3);
  expect(quantileBin([{ num: -1n, den: 1n }], { num: 1n, den: 2n })).toBe(-1);
});

test('a plan has one name', () => {
  expect(planId(layOut('table', ['a'], [{ as: 'units', length: 1, sensitivity: 1n, changed: 1n, bound: 5n }]))).toMatch(
    /^sha256:/,
  );
});
