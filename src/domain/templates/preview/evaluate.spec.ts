// The oracle of the sources: five steps on small tables by hand, and what bounding promises on any table.
import fc from 'fast-check';
import { bind, plan, type Plan } from '..';
import { openTemplateWith, residents, templateWith } from '../residents.fixture';
import { evaluate, fixed, keyedChoice, preview, syntheticRows, type Row } from '.';

const open = (change: object): Plan => {
  const template = openTemplateWith(change);
  return plan(template, residents, bind(template, residents, {}));
};
const sorted = (p: Plan, rows: readonly Row[]) =>
  evaluate(p, rows).sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1));

describe('one value', () => {
  test.each`
    value              | scale | held
    ${'12.345'}        | ${2}  | ${1235n}
    ${'-12.345'}       | ${2}  | ${-1235n}
    ${'12.344'}        | ${2}  | ${1234n}
    ${'0.5'}           | ${0}  | ${1n}
    ${'-0.5'}          | ${0}  | ${-1n}
    ${'7'}             | ${2}  | ${700n}
    ${7}               | ${2}  | ${700n}
    ${7n}              | ${1}  | ${70n}
    ${2.5}             | ${0}  | ${3n}
    ${-2.5}            | ${0}  | ${-3n}
    ${NaN}             | ${0}  | ${undefined}
    ${Infinity}        | ${0}  | ${9_000_000_000_000_000_000n}
    ${null}            | ${0}  | ${undefined}
    ${undefined}       | ${0}  | ${undefined}
    ${'word'}          | ${0}  | ${undefined}
    ${'9'.repeat(400)} | ${0}  | ${9_000_000_000_000_000_000n}
  `('$value at scale $scale is $held', ({ value, scale, held }: { value: string; scale: number; held: bigint }) => {
    expect(fixed(value, scale)).toBe(held);
  });
});

describe('groups of rows', () => {
  const people: Row[] = [
    { person_id: 'a', sex: 'F', age: 31, income: '100.00' },
    { person_id: 'a', sex: 'F', age: 31, income: '300000.00' },
    { person_id: 'b', sex: 'F', age: 19, income: null },
    { person_id: 'c', sex: 'M', age: 45, income: '-50' },
    { person_id: 'd', sex: 'X', age: 45, income: '1' },
    { person_id: null, sex: 'M', age: 45, income: '1' },
  ];

  test('rows are clamped, centred, clipped per unit; units without a number count as units only', () => {
    expect(sorted(open({}), people)).toEqual([
      { key: ['F'], contributors: 2n, values: [100_000n - 99_900n, 1n] },
      { key: ['M'], contributors: 1n, values: [-100_000n, 1n] },
    ]);
  });

  test('filters drop rows first', () => {
    const template = templateWith();
    const asked = plan(template, residents, bind(template, residents, { minAge: 40 }));
    expect(sorted(asked, people).map((row) => [row.key, row.contributors])).toEqual([[['M'], 1n]]);
  });

  const where = (column: string, op: string, constant: unknown): Plan =>
    open({ where: [{ column, op, constant }], groupBy: [], measures: [{ as: 'n', of: 'units' }] });
  const moment: Row = {
    person_id: 'a',
    sex: 'F',
    age: 31,
    income: '1.25',
    employed: true,
    born: '1990-05-06',
    seen: '2026-02-03T23:59:59Z',
  };
  test.each`
    column        | op           | constant                        | kept
    ${'sex'}      | ${'in'}      | ${['M', 'F']}                   | ${1}
    ${'sex'}      | ${'='}       | ${'M'}                          | ${0}
    ${'income'}   | ${'='}       | ${'1.25'}                       | ${1}
    ${'income'}   | ${'<'}       | ${'1.25'}                       | ${0}
    ${'income'}   | ${'<='}      | ${'1.25'}                       | ${1}
    ${'income'}   | ${'between'} | ${['1.2', '1.3']}               | ${1}
    ${'age'}      | ${'>'}       | ${31}                           | ${0}
    ${'employed'} | ${'='}       | ${true}                         | ${1}
    ${'employed'} | ${'='}       | ${false}                        | ${0}
    ${'seen'}     | ${'='}       | ${'2026-02-03'}                 | ${1}
    ${'seen'}     | ${'>'}       | ${'2026-02-03'}                 | ${0}
    ${'born'}     | ${'between'} | ${['1990-05-06', '1990-05-06']} | ${1}
  `('$column $op $constant keeps $kept', (row: { column: string; op: string; constant: unknown; kept: number }) => {
    expect(evaluate(where(row.column, row.op, row.constant), [moment])).toHaveLength(row.kept);
  });

  test.each`
    group                                                                              | key
    ${{ column: 'employed', keys: 'declared' }}                                        | ${'true'}
    ${{ column: 'age', keys: 'declared' }}                                             | ${'31'}
    ${{ column: 'born', keys: ['1990-05-06'] }}                                        | ${'1990-05-06'}
    ${{ bucket: 'hour', column: 'seen' }}                                              | ${'2026-02-03T23'}
    ${{ bucket: 'day', column: 'seen' }}                                               | ${'2026-02-03'}
    ${{ bucket: 'week', column: 'seen' }}                                              | ${'2026-02-02'}
    ${{ bucket: 'month', column: 'born' }}                                             | ${'1990-05'}
    ${{ band: [0, '1.25', 2], column: 'income' }}                                      | ${'1.25'}
    ${{ grid: '0.5', lat: 'lat', lon: 'lon', south: 40, west: -75, rows: 4, cols: 5 }} | ${'1:4'}
  `('$group puts the row in $key', ({ group, key }: { group: object; key: string }) => {
    const asked = open({ groupBy: [group], measures: [{ as: 'n', of: 'units' }] });
    expect(evaluate(asked, [{ ...moment, lat: '40.9999', lon: '-72.5001' }])).toEqual([
      { key: [key], contributors: 1n, values: [] },
    ]);
  });

  test('a row outside every band or cell is in no group', () => {
    const asked = open({ groupBy: [{ band: [10, 20], column: 'age' }], measures: [{ as: 'n', of: 'units' }] });
    const ages = [9, 10, 19, 20].map((age, i) => ({ person_id: `p${String(i)}`, age }));
    expect(evaluate(asked, ages)).toEqual([{ key: ['10'], contributors: 2n, values: [] }]);
  });

  test('a given choice decides which groups a unit keeps', () => {
    const asked = open({ measures: [{ as: 'n', of: 'count' }] });
    const both: Row[] = [
      { person_id: 'a', sex: 'F' },
      { person_id: 'a', sex: 'M' },
    ];
    expect(evaluate(asked, both, (_, [sex]) => (sex === 'M' ? '0' : '1')).map((row) => row.key)).toEqual([['M']]);
    expect(evaluate(asked, both, (_, [sex]) => (sex === 'F' ? '0' : '1')).map((row) => row.key)).toEqual([['F']]);
  });
});

describe('on any table', () => {
  const anyRow = fc.record({
    person_id: fc.constantFrom('a', 'b', 'c', 'd'),
    sex: fc.constantFrom('F', 'M', 'X', null),
    age: fc.oneof(fc.integer({ min: -10, max: 200 }), fc.constant(null)),
    income: fc.oneof(fc.integer({ min: -1e9, max: 1e9 }).map(String), fc.constant(null)),
  });

  test.each([1, 2, 3])('one unit reaches at most %i groups, each by no more than its clip', (groupsPerUnit) => {
    const asked = open({
      groupBy: [
        { column: 'sex', keys: 'declared' },
        { band: [0, 18, 65, 110], column: 'age' },
      ],
      measures: [
        { as: 'n', of: 'count' },
        { as: 's', of: 'sum', column: 'income', low: -100, high: 5000, scale: 0 },
        { as: 'v', of: 'variance', column: 'age', low: 0, high: 110, scale: 0 },
      ],
      bounds: { groupsPerUnit, rowsPerUnit: 2 },
    });
    const most = asked.aggregates.map((a) => (a.of === 'rows' ? [0n, a.perUnit] : [a.lowest, a.highest]));
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 30 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (rows, secret) => {
          const choice = keyedChoice(secret);
          const all = new Map(evaluate(asked, rows, choice).map((row) => [row.key.join('|'), row]));
          const without = evaluate(
            asked,
            rows.filter((row) => row.person_id !== 'a'),
            choice,
          );
          const before = new Map(without.map((row) => [row.key.join('|'), row]));
          let reached = 0n;
          for (const [key, { contributors, values }] of all) {
            const old = before.get(key);
            const more = contributors - (old?.contributors ?? 0n);
            expect(more === 0n || more === 1n).toBe(true);
            reached += more;
            values.forEach((value, i) => {
              const change = value - (old?.values[i] ?? 0n);
              const [lowest = 0n, highest = 0n] = most[i] ?? [];
              if (more === 0n) expect(change).toBe(0n);
              else expect(change >= lowest && change <= highest).toBe(true);
            });
          }
          expect(reached <= BigInt(groupsPerUnit)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the order of rows changes nothing', () => {
    const asked = open({ bounds: { groupsPerUnit: 1, rowsPerUnit: 3 } });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 20 }), (rows) => {
        expect(sorted(asked, [...rows].reverse())).toEqual(sorted(asked, rows));
      }),
    );
  });
});

describe('a preview', () => {
  const asked = open({});
  test('lists every declared key, and the seed alone decides its figures', () => {
    const shown = preview(asked, residents, 'one');
    expect(shown.cells.map((cell) => cell.key)).toEqual([['F'], ['M']]);
    expect(preview(asked, residents, 'one')).toEqual(shown);
    expect(preview(asked, residents, 'two')).not.toEqual(shown);
    expect(shown).toMatchObject({ synthetic: true, size: 2 });
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  });

  test('its rows stay inside the declared domains', () => {
    for (const row of syntheticRows(residents, 'seed', 300)) {
      expect(['F', 'M']).toContain(row['sex']);
      const income = fixed(row['income'], 2) ?? -1_000_000n;
      expect(income >= -10_050n && income <= 20_000_000n).toBe(true);
      expect(String(row['seen'])).toMatch(/^2026-0[123]-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });
});
