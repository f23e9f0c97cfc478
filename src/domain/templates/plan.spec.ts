// What a source is told to compute, and that safe answers can release it.
import fc from 'fast-check';
import { bandKey, declaredKeys, SafeAnswer, splitRho } from '../safe-answers';
import { bind, evaluate, plan, syntheticRows, type Plan } from '.';
import { openTemplateWith, residents } from './residents.fixture';

const open = (change: object): Plan => {
  const template = openTemplateWith(change);
  return plan(template, residents, bind(template, residents, {}));
};
const over = { column: 'income', low: 10, high: 101, scale: 1 };

describe('measures', () => {
  test.each`
    measure                                            | aggregates
    ${{ of: 'units' }}                                 | ${[]}
    ${{ of: 'count' }}                                 | ${[{ of: 'rows', perUnit: 2n }]}
    ${{ of: 'sum', ...over }}                          | ${[{ of: 'sum', low: 100n, high: 1010n, offset: 0n, power: 1, lowest: 0n, highest: 2020n }]}
    ${{ of: 'sum', ...over, low: -10, high: -1 }}      | ${[{ of: 'sum', low: -100n, high: -10n, offset: 0n, power: 1, lowest: -200n, highest: 0n }]}
    ${{ of: 'mean', ...over }}                         | ${[{ of: 'sum', low: 100n, high: 1010n, offset: 555n, power: 1, lowest: -910n, highest: 910n }, { of: 'rows', perUnit: 2n, column: 'income' }]}
    ${{ of: 'mean', ...over, low: '-1', high: '0.1' }} | ${[{ of: 'sum', low: -10n, high: 1n, offset: -5n, power: 1, lowest: -10n, highest: 12n }, { of: 'rows', perUnit: 2n, column: 'income' }]}
    ${{ of: 'variance', ...over }}                     | ${[{ power: 1, offset: 555n }, { power: 2, offset: 555n, lowest: 0n, highest: 414_050n }, { of: 'rows' }]}
  `('$measure.of', ({ measure, aggregates }: { measure: object; aggregates: object[] }) => {
    const made = open({ measures: [{ as: 'm', ...measure }], bounds: { groupsPerUnit: 1, rowsPerUnit: 2 } });
    expect(made.aggregates).toHaveLength(aggregates.length);
    expect(made.aggregates).toMatchObject(aggregates);
  });

  test('equal aggregates are computed once', () => {
    const made = open({
      measures: [
        { as: 'm', of: 'mean', ...over },
        { as: 'v', of: 'variance', ...over },
        { as: 'n', of: 'count' },
      ],
    });
    expect(made.measures).toEqual([
      { as: 'm', of: 'mean', total: 0, rows: 1, scale: 1, midpoint: 555n },
      { as: 'v', of: 'variance', total: 0, squares: 2, rows: 1, scale: 1, halfWidth: 455n },
      { as: 'n', of: 'count', rows: 3 },
    ]);
  });

  test('a histogram is one more band grouping, the last', () => {
    const made = open({ measures: [{ as: 'h', of: 'histogram', column: 'age', edges: [0, 50, 100] }] });
    expect(made.groups.at(-1)).toEqual({ of: 'band', column: 'age', scale: 0, edges: [0n, 50n, 100n] });
    expect(declaredKeys(made)).toEqual([
      ['F', '0'],
      ['F', '50'],
      ['M', '0'],
      ['M', '50'],
    ]);
  });
});

describe('keys', () => {
  test.each`
    group                                                                          | keys
    ${{ column: 'employed', keys: 'declared' }}                                    | ${['false', 'true']}
    ${{ column: 'age', keys: [30, 20] }}                                           | ${['30', '20']}
    ${{ bucket: 'month', column: 'seen' }}                                         | ${['2026-01', '2026-02', '2026-03']}
    ${{ bucket: 'week', column: 'seen', from: '2026-02-01', to: '2026-02-10' }}    | ${['2026-01-26', '2026-02-02', '2026-02-09']}
    ${{ bucket: 'day', column: 'seen', from: '2026-02-27', to: '2026-03-01' }}     | ${['2026-02-27', '2026-02-28', '2026-03-01']}
    ${{ band: ['-1.5', 0, '2.25'], column: 'income' }}                             | ${[bandKey(-150n, 2), bandKey(0n, 2)]}
    ${{ grid: 1, lat: 'lat', lon: 'lon', south: 40, west: -75, rows: 1, cols: 2 }} | ${['0:0', '0:1']}
  `('$group has $keys', ({ group, keys }: { group: object; keys: string[] }) => {
    expect(declaredKeys(open({ groupBy: [group] }))).toEqual(keys.map((key) => [key]));
  });

  test('an hour bucket lists every hour of every day', () => {
    const keys = declaredKeys(
      open({ groupBy: [{ bucket: 'hour', column: 'seen', from: '2026-02-28', to: '2026-03-01' }] }),
    );
    expect(keys).toHaveLength(48);
    expect([keys[0], keys[47]]).toEqual([['2026-02-28T00'], ['2026-03-01T23']]);
  });
});

describe('with safe answers', () => {
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));
  const label = { dataVersion: 'v', cap: '1/8', delta: '1/1000000', loosened: [], synthetic: true };
  const measures = [
    { as: 'units', of: 'units' },
    { as: 'rows', of: 'count' },
    { as: 'sum', of: 'sum', ...over },
    { as: 'mean', of: 'mean', ...over },
    { as: 'variance', of: 'variance', ...over },
  ];

  test.each(['gaussian', 'laplace'] as const)(
    'any choice of measures is released with %s noise, one cell a key',
    (mechanism) => {
      const privacy = { mechanism, rho: '1/20', minUnits: 5 };
      fc.assert(
        fc.property(
          fc.subarray(measures, { minLength: 1 }),
          fc.integer({ min: 1, max: 4 }),
          (chosen, groupsPerUnit) => {
            const made = open({ measures: chosen, privacy, bounds: { groupsPerUnit } });
            const answer = SafeAnswer.release(made, evaluate(made, syntheticRows(residents, 's', 100)), random, label);
            expect(answer.body).toMatchObject({ cells: [{ key: ['F'] }, { key: ['M'] }] });
            expect(splitRho(made).length).toBeGreaterThan(0);
          },
        ),
        { numRuns: 20 },
      );
    },
  );

  test('a histogram is released', () => {
    const made = open({
      groupBy: [],
      measures: [{ as: 'h', of: 'histogram', column: 'age', edges: [0, 18, 65, 110] }],
    });
    const answer = SafeAnswer.release(made, evaluate(made, syntheticRows(residents, 's', 100)), random, label);
    expect(answer.body).toMatchObject({ cells: [{ key: ['0'] }, { key: ['18'] }, { key: ['65'] }] });
  });
});
