// What a safe answer promises, whatever the rows.
import fc from 'fast-check';
import { createCipheriv } from 'node:crypto';
import type { Aggregate, GroupRow, Plan } from '../templates/plan';
import { canonicalBytes, canonicalText, type Json } from '../canonical';
import { combine, declaredKeys, NoisePool, parseRational, SafeAnswer, splitRho, sumOf, toText, type Random } from '.';

function seeded(seed: number): Random {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(seed >>> 0);
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), iv);
  return (bytes) => new Uint8Array(stream.update(Buffer.alloc(bytes)));
}

interface Shown {
  value: number | string;
  low: number | string;
  high: number | string;
  withheld?: string;
}
interface Body {
  cells: { key: string[]; values: Record<string, Shown>; noisy: Record<string, number> }[];
  totals?: (Shown & { key: string[] })[];
  label: Record<string, Json>;
}
const inputs = { dataVersion: 'v1', cap: '1/8', delta: '1/1000000', loosened: [], synthetic: true };
const bounded = (change: object): Aggregate => ({
  of: 'sum',
  column: 'age',
  scale: 0,
  low: 0n,
  high: 100n,
  offset: 50n,
  power: 1,
  lowest: -50n,
  highest: 50n,
  ...change,
});
const rows: Aggregate = { of: 'rows', perUnit: 1n };
const plan: Plan = {
  template: 'sha256:t',
  element: 'sha256:e',
  binding: 'sha256:b',
  unit: 'person_id',
  unitOf: 'person',
  filters: [],
  groups: [{ of: 'column', column: 'sex', keys: ['F', 'M', 'X'] }],
  groupsPerUnit: 1,
  aggregates: [
    bounded({}),
    bounded({ power: 2, lowest: 0n, highest: 2500n }),
    rows,
    bounded({ offset: 0n, lowest: 0n, highest: 100n }),
  ],
  measures: [
    { as: 'people', of: 'units' },
    { as: 'records', of: 'count', rows: 2 },
    { as: 'total', of: 'sum', total: 3, scale: 0 },
    { as: 'age', of: 'mean', total: 0, rows: 2, scale: 0, midpoint: 50n },
    { as: 'spread', of: 'variance', total: 0, squares: 1, rows: 2, scale: 0, halfWidth: 50n },
  ],
  privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
};
const bodyOf = (p: Plan, given: readonly GroupRow[], seed: number): Body =>
  SafeAnswer.release(p, given, seeded(seed), inputs).body as unknown as Body;

/** n people of one age. */
const crowd = (key: string, n: bigint, age: bigint): GroupRow => ({
  key: [key],
  contributors: n,
  values: [n * (age - 50n), n * (age - 50n) ** 2n, n, n * age],
});
const anyCrowd = fc.record({
  n: fc.bigInt(0n, 5000n),
  age: fc.bigInt(0n, 100n),
  key: fc.constantFrom('F', 'M', 'X', 'secret', '__proto__'),
});
const anyRows = fc
  .uniqueArray(anyCrowd, { selector: (c) => c.key })
  .map((all) => all.map((c) => crowd(c.key, c.n, c.age)));
const mechanism = fc.constantFrom('gaussian' as const, 'laplace' as const);
const withMechanism = (name: 'gaussian' | 'laplace'): Plan => ({
  ...plan,
  privacy: { ...plan.privacy, mechanism: name },
});

test('declared keys and only they are answered, in one order, whatever the source returned', () => {
  fc.assert(
    fc.property(anyRows, fc.nat(), mechanism, (given, seed, name) => {
      const body = bodyOf(withMechanism(name), given, seed);
      expect(body.cells.map((c) => c.key)).toEqual(declaredKeys(plan));
      expect(canonicalText(body as unknown as Json)).not.toContain('secret');
      const turned = bodyOf(withMechanism(name), [...given].reverse(), seed);
      expect(turned).toEqual(body);
    }),
    { numRuns: 60 },
  );
});

test('values lie in their intervals, counts and non-negative sums are never below 0, means and variances stay in bounds', () => {
  fc.assert(
    fc.property(anyRows, fc.nat(), mechanism, (given, seed, name) => {
      for (const { values } of bodyOf(withMechanism(name), given, seed).cells)
        for (const [as, { value, low, high, withheld }] of Object.entries(values)) {
          if (withheld !== undefined) continue;
          expect(Number(low)).toBeLessThanOrEqual(Number(value));
          expect(Number(high)).toBeGreaterThanOrEqual(Number(value));
          expect(Number(low)).toBeGreaterThanOrEqual(0);
          if (as === 'age') expect(Number(high)).toBeLessThanOrEqual(100);
          if (as === 'spread') expect(Number(high)).toBeLessThanOrEqual(2500);
        }
    }),
    { numRuns: 60 },
  );
});

test.each(['gaussian', 'laplace'] as const)('%s: intervals cover the truth at least 95 times in 100', (name) => {
  const truth = { people: 900, records: 900, total: 36900, age: 41, spread: 0 };
  const misses = { people: 0, records: 0, total: 0, age: 0, spread: 0 };
  const N = 400;
  for (let seed = 0; seed < N; seed += 1) {
    const [cell] = bodyOf(withMechanism(name), [crowd('F', 900n, 41n)], seed).cells;
    for (const as of Object.keys(truth) as (keyof typeof truth)[]) {
      const shown = cell?.values[as];
      if (!(Number(shown?.low) <= truth[as] && truth[as] <= Number(shown?.high))) misses[as] += 1;
    }
  }
  // 5 % and what chance may add at 1e-6.
  for (const missed of Object.values(misses))
    expect(missed / N).toBeLessThan(0.05 + 4.76 * Math.sqrt((0.05 * 0.95) / N));
});

test('below the floor of noisy units sums, means, variances and their columns are withheld, and the label says so', () => {
  const hidden = Array.from({ length: 50 }, (_, seed) => bodyOf(plan, [], seed))
    .flatMap((b) => b.cells)
    .filter((c) => (c.noisy['units'] ?? 0) < 10);
  expect(hidden.length).toBeGreaterThan(50);
  for (const cell of hidden) {
    for (const as of ['total', 'age', 'spread']) expect(cell.values[as]).toEqual({ withheld: 'FLOOR' });
    expect(Object.keys(cell.noisy).sort()).toEqual(['a2', 'units']);
  }
  const body = bodyOf(plan, [], 1);
  expect(body.label['withheld']).toEqual({
    cells: body.cells.filter((c) => c.values['age']?.withheld).length,
    why: ['FLOOR'],
  });
});

test('the shares of rho add up exactly, and a column that several measures read is noised once', () => {
  const columns = splitRho(plan);
  expect(columns.map((c) => c.name).sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'units']);
  expect(toText(sumOf(columns.map((c) => c.rho)))).toBe('1/200');
  const sumOnly = { ...plan, measures: plan.measures.slice(2, 3) };
  expect(splitRho(sumOnly).map((c) => [c.name, toText(c.rho)])).toEqual([
    ['units', '1/1000'],
    ['a3', '1/250'],
  ]);
  const meanOnly = { ...plan, measures: plan.measures.slice(3, 4) };
  expect(splitRho(meanOnly).map((c) => [c.name, toText(c.rho)])).toEqual([
    ['a0', '1/400'],
    ['a2', '1/400'],
  ]);
});

test('a plain count at 1/200 has sigma 10, costs 1/200 and prints the promise', () => {
  const body = bodyOf(
    { ...plan, measures: plan.measures.slice(0, 1), groups: [] },
    [{ ...crowd('', 500n, 1n), key: [] }],
    3,
  );
  expect(body.label).toMatchObject({
    rho: '1/200',
    mechanism: { columns: [{ noise: 'gaussian 100' }] },
    loss: { epsilon: '0.531', delta: '1/1000000' },
    sure: { cap: '1/8', inTable: '59.9', fact: '69.2' },
    synthetic: true,
  });
  const laplace = bodyOf({ ...withMechanism('laplace'), measures: plan.measures.slice(0, 1), groups: [] }, [], 3);
  expect(laplace.label).toMatchObject({
    mechanism: { columns: [{ noise: 'laplace 10' }] },
    loss: { epsilon: '0.100', delta: '0' },
    sure: { inTable: '62.5', fact: '75.0' },
  });
});

test('histogram parts add up to the total shown', () => {
  const histogram: Plan = {
    ...plan,
    aggregates: [],
    measures: [{ as: 'ages', of: 'histogram' }],
    groups: [
      { of: 'column', column: 'sex', keys: ['F', 'M'] },
      { of: 'band', column: 'age', scale: 1, edges: [0n, 205n, 400n, 1000n] },
    ],
  };
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 60n), { minLength: 6, maxLength: 6 }), fc.nat(), (counts, seed) => {
      const given = counts.map((n, i): GroupRow => ({
        key: [i < 3 ? 'F' : 'M', ['0.0', '20.5', '40.0'][i % 3] ?? ''],
        contributors: n,
        values: [],
      }));
      const { cells, totals } = bodyOf(histogram, given, seed);
      for (const total of totals ?? []) {
        const parts = cells.filter((c) => c.key[0] === total.key[0]).map((c) => Number(c.values['ages']?.value));
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(Number(total.value));
      }
    }),
    { numRuns: 60 },
  );
});

test('a broken source, discovered keys and a rho of 0 are turned away', () => {
  expect(() => bodyOf(plan, [crowd('F', 1n, 1n), crowd('F', 2n, 1n)], 1)).toThrow('contract');
  expect(() => bodyOf(plan, [{ ...crowd('F', 1n, 1n), values: [] }], 1)).toThrow('contract');
  expect(() => bodyOf({ ...plan, groups: [{ of: 'column', column: 'sex', keys: 'discovered' }] }, [], 1)).toThrow(
    'KEYS_NOT_DECLARED',
  );
  expect(() => bodyOf({ ...plan, privacy: { ...plan.privacy, rho: '0' } }, [], 1)).toThrow('RHO_NOT_POSITIVE');
  const cell = {
    of: 'grid',
    lat: 'a',
    lon: 'b',
    scale: 4,
    south: 0n,
    west: 0n,
    cell: 1n,
    rows: 2000,
    cols: 2000,
  } as const;
  const huge: Plan = { ...plan, groups: [cell] };
  expect(() => declaredKeys(huge)).toThrow('KEYS_TOO_MANY');
});

test('only a released answer is a SafeAnswer, and it cannot be changed', () => {
  const answer = SafeAnswer.release(plan, [crowd('F', 30n, 40n)], seeded(1), inputs);
  expect(SafeAnswer.is(answer)).toBe(true);
  for (const fake of [
    null,
    {},
    { body: answer.body },
    Object.create(SafeAnswer.prototype),
    JSON.parse(JSON.stringify(answer)),
  ])
    expect(SafeAnswer.is(fake)).toBe(false);
  expect(() => Object.assign(answer, { body: 1 })).toThrow();
  expect(
    () =>
      ((answer.body as unknown as Body).cells[0] as { key: unknown }).key ===
      Object.assign((answer.body as unknown as Body).cells, { 0: 1 }),
  ).toThrow();
});

test('a stored answer comes back only with its seal', () => {
  const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const answer = SafeAnswer.release(plan, [crowd('F', 30n, 40n)], seeded(1), inputs);
  const stored = answer.sealed(key);
  const back = SafeAnswer.restore(stored, key);
  expect(SafeAnswer.is(back)).toBe(true);
  expect(canonicalBytes(back.body)).toEqual(stored.bytes);
  const forged = Uint8Array.from(stored.bytes, (b, i) => (i === 40 ? b ^ 1 : b));
  expect(() => SafeAnswer.restore({ ...stored, bytes: forged }, key)).toThrow('ANSWER_SEAL_BROKEN');
  expect(() => SafeAnswer.restore(stored, other)).toThrow('ANSWER_SEAL_BROKEN');
  expect(() => SafeAnswer.restore({ ...stored, tag: stored.tag.subarray(1) }, key)).toThrow('ANSWER_SEAL_BROKEN');
  expect(() => answer.sealed(new Uint8Array(8))).toThrow(RangeError);
});

test('a filled pool gives each draw once and needs no bytes when the question comes', () => {
  const bytes = { drawn: 0 };
  const source = seeded(5);
  const pool = new NoisePool((n) => ((bytes.drawn += n), source(n)));
  for (const { noise } of splitRho(plan)) pool.fill(noise, 6);
  const before = bytes.drawn;
  const first = SafeAnswer.release(plan, [], pool, inputs);
  const second = SafeAnswer.release(plan, [], pool, inputs);
  expect(bytes.drawn).toBe(before);
  expect(first.body).not.toEqual(second.body);
});

describe('several repositories', () => {
  const answer = (n: bigint, seed: number): Json =>
    SafeAnswer.release(plan, [crowd('F', n, 41n)], seeded(seed), inputs).body;
  test('counts, sums and means combine, and the interval covers the joint truth', () => {
    const N = 200;
    const missed = { people: 0, total: 0, age: 0 };
    for (let seed = 0; seed < N; seed += 1) {
      const both = combine([answer(900n, 2 * seed), answer(600n, 2 * seed + 1)]) as unknown as {
        cells: { values: Record<string, Shown | null> }[];
      };
      const values = both.cells[0]?.values ?? {};
      expect(values['spread']).toBeNull();
      for (const [as, truth] of [
        ['people', 1500],
        ['total', 61500],
        ['age', 41],
      ] as const)
        if (!(Number(values[as]?.low) <= truth && truth <= Number(values[as]?.high))) missed[as] += 1;
    }
    for (const n of Object.values(missed)) expect(n / N).toBeLessThan(0.05 + 4.76 * Math.sqrt((0.05 * 0.95) / N));
  });
  test('what one withheld is null in the total; other questions are refused', () => {
    const bodies = [answer(900n, 1), answer(0n, 2)];
    const hidden = (bodies[1] as unknown as Body).cells.map((c) => c.values['age']?.withheld !== undefined);
    const both = combine(bodies) as unknown as { cells: { values: Record<string, Shown | null> }[] };
    both.cells.forEach((cell, i) => hidden[i] && expect(cell.values['age']).toBeNull());
    const other = SafeAnswer.release({ ...plan, binding: 'sha256:c' }, [], seeded(1), inputs).body;
    expect(() => combine([answer(9n, 1), other])).toThrow('ANSWERS_DIFFER');
    expect(() => combine([])).toThrow('ANSWERS_DIFFER');
    expect(() => combine([{ cells: 1 }])).toThrow('ANSWERS_DIFFER');
  });
});

test('rational text has one spelling', () => {
  expect(['2/400', '-4/2', '0', '7'].map((t) => toText(parseRational(t)))).toEqual(['1/200', '-2', '0', '7']);
  for (const bad of ['', '1/0', '01', '1.5', '1e3', ' 1', '1/-2', '+1', '--1'])
    expect(() => parseRational(bad)).toThrow(SyntaxError);
});
