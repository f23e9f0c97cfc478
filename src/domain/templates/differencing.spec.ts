// Which two questions an owner is warned about before adopting them.
import fc from 'fast-check';
import { bind, closePairs, plan } from '.';
import { residents, templateWith } from './residents.fixture';

const template = templateWith({ privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 3 } });
const asked = [20, 30, 40].map((minAge) => plan(template, residents, bind(template, residents, { minAge })));
const [a, b] = asked.map(({ binding }) => binding);
const pairsOf = (...sets: string[]) =>
  closePairs(asked.slice(0, sets.length), (question) => new Set(sets[asked.indexOf(question)]));

test.each`
  one       | two        | pairs
  ${'abcd'} | ${'abcd'}  | ${0}
  ${'abcd'} | ${'abcde'} | ${1}
  ${'abcd'} | ${'abce'}  | ${1}
  ${'abcd'} | ${'a'}     | ${0}
  ${'abcd'} | ${'abef'}  | ${0}
  ${''}     | ${'ab'}    | ${1}
`('$one and $two: $pairs', ({ one, two, pairs }: { one: string; two: string; pairs: number }) => {
  expect(pairsOf(one, two)).toHaveLength(pairs);
});

test('a pair names both questions and what asking both can cost, and nothing else', () => {
  expect(pairsOf('ab', 'abc')).toEqual([
    {
      first: { template: asked[0]?.template, binding: a },
      second: { template: asked[0]?.template, binding: b },
      rho: '1/100',
    },
  ]);
});

test('agrees with counting the difference of any two sets', () => {
  const people = fc.subarray([...'abcdefgh']).map((all) => all.join(''));
  fc.assert(
    fc.property(people, people, (one, two) => {
      const apart = [...one].filter((p) => !two.includes(p)).length + [...two].filter((p) => !one.includes(p)).length;
      expect(pairsOf(one, two)).toHaveLength(apart > 0 && apart < 3 ? 1 : 0);
    }),
  );
});
