// Every linear kind of template over two repositories: cells are the plain sums, figures are the plain figures, and ranges hold.
import * as fc from 'fast-check';
import { noiseShare } from '../noise';
import { stream } from '../shares/expand';
import { parseRational } from '../../safe-answers';
import type { Rational } from '../../safe-answers/rational';
import { evaluate, type SumsPlan } from '../../templates';
import { demandsOf } from '../demands';
import {
  decode,
  encodeLarge,
  encodeRows,
  estimates,
  groupsOf,
  keyAt,
  layOut,
  places,
  planId,
  tablePlan,
  type Estimate,
  type Found,
} from '.';
import { people, planned, rowsOf, type Person } from './plans.fixture';

const [north, south] = [people(700), people(500, 1000)];
const everybody = [...north, ...south];

function cellsOf(plan: SumsPlan, all: readonly Person[]): bigint[] {
  return encodeRows(demandsOf(plan).contribution, evaluate(plan, rowsOf(all)));
}
const add = (a: readonly bigint[], b: readonly bigint[]): bigint[] => a.map((cell, at) => cell + (b[at] ?? 0n));
const together = (plan: SumsPlan): bigint[] => add(cellsOf(plan, north), cellsOf(plan, south));

const number = (value: Rational | undefined): number => Number(value?.num ?? NaN) / Number(value?.den ?? 1n);
/** Figures without noise: what is left is that each repository rounded its cells down. */
const exact = (plan: SumsPlan) =>
  estimates(plan, demandsOf(plan).contribution, { scale: undefined, repositories: 2, cells: together(plan) });
const only = (found: Found | undefined): Estimate => {
  if (found === undefined || !('digits' in found)) throw new Error('not one figure');
  return found;
};
const holds = (found: Found | undefined, plain: number): void => {
  const { low, high } = only(found);
  expect(number(low)).toBeLessThanOrEqual(plain);
  expect(number(high)).toBeGreaterThanOrEqual(plain);
};

const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
const variance = (all: readonly number[]): number => mean(all.map((one) => one * one)) - mean(all) ** 2;
const covariance = (a: readonly number[], b: readonly number[]): number =>
  mean(a.map((one, at) => one * (b[at] ?? 0))) - mean(a) * mean(b);
const [ages, hours] = [everybody.map(({ age }) => age), everybody.map((one) => one.hours)];

const AGE = { column: 'age', low: 0, high: 100, scale: 0 };
const HOURS = { column: 'hours', low: 0, high: 60, scale: 1 };
const WARDS = { column: 'ward', keys: 'declared' };

test('counts of people by ward are exact: one block of small sensitivity travels as it is', () => {
  const found = exact(planned([{ as: 'people', of: 'units' }], { groupBy: [WARDS] }));
  for (const { key, found: values } of found)
    expect(number(only(values['people']).value)).toBe(everybody.filter(({ ward }) => ward === key[0]).length);
});

test('an origin–destination table is a table of two zone columns, exact in every pair', () => {
  const plan = planned([{ as: 'trips', of: 'units' }], { groupBy: [WARDS, { column: 'work', keys: 'declared' }] });
  const found = exact(plan);
  expect(found.map(({ key }) => key.join('>'))).toEqual(['east>east', 'east>west', 'west>east', 'west>west']);
  for (const { key, found: values } of found) {
    const trips = everybody.filter(({ ward, work }) => ward === key[0] && work === key[1]);
    expect(number(only(values['trips']).value)).toBe(trips.length);
  }
});

test('a histogram over decimal edges counts every bin exactly', () => {
  const plan = planned([{ as: 'people', of: 'histogram', column: 'hours', edges: [0, '12.5', 25, '60.5'] }]);
  const inBin = (low: number, high: number) => hours.filter((one) => one >= low && one < high).length;
  expect(exact(plan).map(({ found }) => number(only(found['people']).value))).toEqual([
    inBin(0, 12.5),
    inBin(12.5, 25),
    inBin(25, 60.5),
  ]);
});

test('sum, mean and variance lie in their ranges, which hold nothing but rounding here', () => {
  const plan = planned([
    { as: 'total', of: 'sum', ...HOURS },
    { as: 'mean', of: 'mean', ...HOURS },
    { as: 'spread', of: 'variance', ...HOURS },
  ]);
  const [group] = exact(plan);
  holds(
    group?.found['total'],
    hours.reduce((a, b) => a + b, 0),
  );
  holds(group?.found['mean'], mean(hours));
  holds(group?.found['spread'], variance(hours));
  expect(Math.abs(number(only(group?.found['mean']).value) - mean(hours))).toBeLessThan(0.1);
  expect(Math.abs(number(only(group?.found['spread']).value) - variance(hours))).toBeLessThan(2);
});

test('quantiles are read from bins by group, and the true one lies in its range', () => {
  const candidates = Array.from({ length: 26 }, (_, at) => at * 4);
  const plan = planned(
    ['1/4', '1/2', '9/10'].map((quantile, at) => ({
      as: `q${String(at)}`,
      of: 'quantile',
      column: 'age',
      quantile,
      candidates: [...candidates.slice(0, -1), 101],
    })),
    { groupBy: [WARDS] },
  );
  const found = exact(plan);
  expect(found.map(({ key }) => key)).toEqual([['east'], ['west']]);
  for (const { key, found: values } of found) {
    const sorted = everybody
      .filter(({ ward }) => ward === key[0])
      .map(({ age }) => age)
      .sort((a, b) => a - b);
    [0.25, 0.5, 0.9].forEach((q, at) => {
      const plain = sorted[Math.ceil(q * sorted.length) - 1] ?? NaN;
      holds(values[`q${String(at)}`], plain);
      expect(plain - number(only(values[`q${String(at)}`]).value)).toBeLessThan(4);
    });
  }
});

test('correlation and regression over two repositories are those of all rows', () => {
  const plan = planned([
    { as: 'r', of: 'correlation', between: [AGE, HOURS] },
    { as: 'line', of: 'regression', target: HOURS, on: [AGE] },
  ]);
  const [group] = exact(plan);
  const slope = covariance(ages, hours) / variance(ages);
  const r = covariance(ages, hours) / Math.sqrt(variance(ages) * variance(hours));
  holds(group?.found['r'], r);
  expect(Math.abs(number(only(group?.found['r']).value) - r)).toBeLessThan(0.02);
  const line = group?.found['line'];
  if (line === undefined || !('intercept' in line)) throw new Error('no line');
  holds(line.slopes['age'], slope);
  holds(line.intercept, mean(hours) - slope * mean(ages));
  expect(Math.abs(number(line.slopes['age']?.value) - slope)).toBeLessThan(0.02);
});

test('rows without a number in any variable count in no moment', () => {
  const plan = planned([{ as: 'r', of: 'correlation', between: [AGE, HOURS] }]);
  const rows = [...rowsOf(people(20)), { id: 'x', ward: 'east', work: 'east', age: null, hours: '50.0' }];
  expect(evaluate(plan, rows)[0]?.values).toEqual(evaluate(plan, rowsOf(people(20)))[0]?.values);
});

test.each([
  [
    'two grids',
    [
      { as: 'a', of: 'quantile', column: 'age', quantile: '1/2', candidates: [0, 50] },
      { as: 'b', of: 'quantile', column: 'age', quantile: '1/2', candidates: [0, 60] },
    ],
  ],
  [
    'a quantile beside a count',
    [
      { as: 'a', of: 'quantile', column: 'age', quantile: '1/2', candidates: [0, 50] },
      { as: 'b', of: 'count' },
    ],
  ],
  ['a variable twice', [{ as: 'a', of: 'correlation', between: [AGE, AGE] }]],
])('%s cannot be planned', (_, measures) => {
  expect(() => planned(measures)).toThrow('TEMPLATE_MEASURE_CONFLICT');
});

/** Plans whose every block is tried for the most that one person moves. */
const shapes: readonly (readonly [string, SumsPlan])[] = [
  ['moments', planned([{ as: 'line', of: 'regression', target: HOURS, on: [AGE] }], { groupBy: [WARDS] })],
  ['moments of several rows', planned([{ as: 'r', of: 'correlation', between: [AGE, HOURS] }], { rowsPerUnit: 3 })],
  [
    'mean and variance',
    planned([
      { as: 'm', of: 'mean', ...HOURS },
      { as: 'v', of: 'variance', ...HOURS },
    ]),
  ],
  ['bins', planned([{ as: 'q', of: 'quantile', column: 'age', quantile: '1/2', candidates: [0, 20, 40, 101] }])],
];

test.each(shapes)('one person moves %s by no more than the stated sensitivity', (_, plan) => {
  const person = fc.record({
    id: fc.constant('new'),
    ward: fc.constantFrom('east', 'west'),
    work: fc.constant('east'),
    age: fc.integer({ min: -50, max: 300 }),
    hours: fc.integer({ min: -100, max: 900 }).map((tenths) => tenths / 10),
  });
  const [least, base] = [BigInt(demandsOf(plan).contribution.sensitivity), people(40)];
  const before = cellsOf(plan, base);
  fc.assert(
    fc.property(fc.array(person, { minLength: 1, maxLength: 4 }), (rows) => {
      const after = cellsOf(plan, [...base, ...rows]);
      const moved = after.reduce((sum, cell, at) => {
        const by = cell - (before[at] ?? 0n);
        return sum + (by < 0n ? -by : by);
      }, 0n);
      return moved <= least;
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['with the noise of three nodes', 3],
  ['when one node strips its part', 2],
])('%s the true figures lie in their ranges as often as they claim', (_, nodes) => {
  const plan = planned(
    [
      { as: 'mean', of: 'mean', ...HOURS },
      { as: 'line', of: 'regression', target: HOURS, on: [AGE] },
      { as: 'r', of: 'correlation', between: [AGE, HOURS] },
    ],
    { rho: '1/2' },
  );
  const quantiles = planned(
    [{ as: 'q', of: 'quantile', column: 'age', quantile: '1/2', candidates: [...candidatesOf(25), 101] }],
    { rho: '1/2' },
  );
  const random = stream('plans.spec', new Uint8Array(32));
  const slope = covariance(ages, hours) / variance(ages);
  const median = [...ages].sort((a, b) => a - b)[ages.length / 2 - 1] ?? NaN;
  const truths: readonly [SumsPlan, (found: Readonly<Record<string, Found>>) => Estimate | undefined, number][] = [
    [plan, ({ mean: one }) => only(one), mean(hours)],
    [plan, ({ r }) => only(r), covariance(ages, hours) / Math.sqrt(variance(ages) * variance(hours))],
    [plan, ({ line }) => (line !== undefined && 'intercept' in line ? line.slopes['age'] : undefined), slope],
    [quantiles, ({ q }) => only(q), median],
  ];
  for (const [asked, pick, truth] of truths) {
    const demands = demandsOf(asked);
    const scale = parseRational(demands.noiseScale);
    const share = noiseShare(scale);
    const base = together(asked);
    let inside = 0;
    for (let at = 0; at < 60; at += 1) {
      const cells = base.map((cell) =>
        Array.from({ length: nodes }, () => share(random)).reduce((sum, part) => sum + part, cell),
      );
      const [group] = estimates(asked, demands.contribution, { scale, repositories: 2, cells });
      const found = pick(group?.found ?? {});
      if (found?.low === undefined || (number(found.low) <= truth && truth <= number(found.high))) inside += 1;
    }
    expect(inside).toBeGreaterThanOrEqual(52);
  }
});

const candidatesOf = (count: number): number[] => Array.from({ length: count }, (_, at) => at * 4);

test('a value above its bound is refused, and so are keys that no rows may have', () => {
  const plan = layOut(
    'table',
    [{ of: 'keys', keys: ['a'] }],
    [{ as: 'units', length: 1, sensitivity: 1n, changed: 1n, bound: 5n }],
  );
  expect(() => encodeRows(plan, [{ key: ['a'], contributors: 6n, values: [] }])).toThrow('VALUE_OUT_OF_BOUND');
  expect(() => encodeRows(plan, [{ key: ['b'], contributors: 1n, values: [] }])).toThrow('PLAN_NOT_LINEAR');
  expect(() => decode(plan, 'units', [1n, 2n])).toThrow('PLAN_NOT_LINEAR');
  expect(planId(plan)).toMatch(/^sha256:/);
  const asked = planned([{ as: 'people', of: 'units' }], { groupBy: [WARDS] });
  const discovered = { ...asked, groups: [{ of: 'column', column: 'ward', keys: 'discovered' } as const] };
  expect(() => tablePlan(discovered, 10n)).toThrow('PLAN_NOT_LINEAR');
});

test('the key of every cell finds its cell again, and no other spelling of a grid cell does', () => {
  const axes = [
    { of: 'keys', keys: ['am', 'pm'] },
    { of: 'grid', rows: 3, cols: 4 },
    { of: 'keys', keys: ['bus', 'car', 'rail'] },
  ] as const;
  const find = places(axes);
  expect(groupsOf(axes)).toBe(72);
  for (let at = 0; at < 72; at += 1) expect(find(keyAt(axes, at))).toBe(at);
  expect(keyAt(axes, 71)).toEqual(['pm', '2:3', 'rail']);
  for (const part of ['3:0', '0:4', '01:0', ' 1:0', '1:0:0', '1', '-1:0', ''])
    expect(find(['am', part, 'bus'])).toBeUndefined();
  expect([find(['am', '0:0']), find(['am', '0:0', 'boat'])]).toEqual([undefined, undefined]);
});

test('machine words hold the same cells as integers without end', () => {
  const plan = planned(
    [
      { as: 'people', of: 'units' },
      { as: 'hours', of: 'mean', ...HOURS },
    ],
    { groupBy: [WARDS] },
  );
  const rows = evaluate(plan, rowsOf(north));
  const { contribution } = demandsOf(plan);
  expect([...encodeLarge(contribution, rows)]).toEqual(encodeRows(contribution, rows));
});
