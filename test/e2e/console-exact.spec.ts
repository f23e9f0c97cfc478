// What the console counts without rounding, and where a fragment leads.
import { roughly, share, timesWithin } from '../../src/console/exact/rational';
import { stepValues } from '../../src/console/exact/steps';
import { oneFigureEach } from '../../src/console/parts/line-cells';

test.each`
  left         | cost       | times
  ${'1/10'}    | ${'1/200'} | ${20n}
  ${'99/2000'} | ${'1/200'} | ${9n}
  ${'0'}       | ${'1/200'} | ${0n}
  ${'1/3'}     | ${'1/9'}   | ${3n}
  ${'47'}      | ${'1'}     | ${47n}
  ${'-1'}      | ${'1/200'} | ${undefined}
  ${'1/0'}     | ${'1/200'} | ${undefined}
  ${'1/200'}   | ${'0'}     | ${undefined}
`('$cost fits $times times into $left', ({ left, cost, times }: { left: string; cost: string; times: bigint }) => {
  expect(timesWithin(left, cost)).toBe(times);
});

test('a share never exceeds the whole, and text that is no fraction stays as it is', () => {
  expect([share('1/10', '1/8'), share('1/2', '1/8'), share('x', '1/8')]).toEqual([0.8, 1, 0]);
  expect([roughly('1/200'), roughly('1/3'), roughly('0.6481')]).toEqual(['0.005', '0.3333', '0.6481']);
});

test.each`
  from      | to       | by       | values
  ${20}     | ${50}    | ${10}    | ${[20, 30, 40, 50]}
  ${'0.1'}  | ${'0.5'} | ${'0.2'} | ${['0.1', '0.3', '0.5']}
  ${'-0.5'} | ${1}     | ${'0.5'} | ${['-0.5', 0, '0.5', 1]}
  ${1}      | ${1}     | ${0}     | ${[1]}
`(
  'steps from $from to $to by $by are spelled as the exchange spells them',
  ({ from, to, by, values }: Record<'from' | 'to' | 'by', number | string> & { values: readonly unknown[] }) => {
    expect(stepValues(from, to, by)).toEqual(values);
  },
);

test('a fit becomes one column a coefficient and a ratio of odds; answers of single figures stay as they are', () => {
  const shape = { dimensions: [], measures: [{ as: 'car', title: 'Car' }], floor: 10 };
  const one = { value: '0.5', low: '0.4', high: '0.6', error: '0.01' };
  const fit = { intercept: { value: '-2' }, slopes: { age: one }, odds: { age: { value: '1.6' } } };
  const shown = oneFigureEach(shape, [{ key: [], values: { car: fit as never } }]);
  expect(shown.shape.measures.map(({ title }) => title)).toEqual(['Car', 'Car × age', 'Car: e^age']);
  expect(shown.cells).toEqual([
    { key: [], values: { car: { value: '-2' }, 'car × age': one, 'car: e^age': { value: '1.6' } } },
  ]);
  const plain = [{ key: [], values: { car: { withheld: 'FLOOR' } } }];
  expect(oneFigureEach(shape, plain)).toEqual({ shape, cells: plain });
});
