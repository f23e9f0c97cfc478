// The laws of an arbitrage-free price (notes 3.3) and the closure of menus, against brute force.
import fc from 'fast-check';
import { compare, fromText, plus, rational, type Rational } from '../money';
import {
  arctanTable,
  attacksOn,
  checkMenu,
  closureOf,
  curve,
  logTable,
  menuPrice,
  needConcave,
  priceOf,
  type Menu,
  type PrecisionTerms,
} from '.';

const families: PrecisionTerms['family'][] = [
  { g: 'linear' },
  { g: 'root' },
  { g: 'saturating', k: '1/3' },
  { g: 'capped', cap: '2' },
  { g: 'log', k: '1/50' },
  { g: 'arctan', k: '1/7' },
  {
    g: 'table',
    points: [
      { x: '1', g: '3' },
      { x: '2', g: '5' },
      { x: '10', g: '6.5' },
    ],
  },
];
const x = fc.tuple(fc.bigInt(0n, 4000n), fc.bigInt(1n, 500n)).map(([num, den]) => rational(num, den));
const anyTerms = fc
  .record({
    base: fc.constantFrom('0', '0.001', '0.37', '12'),
    rate: fc.constantFrom('0', '0.004', '1.234567890123', '99'),
    family: fc.constantFrom(...families),
  })
  .map((terms) => ({ ...terms, rate: terms.rate.slice(0, 14) }));
const currency = fc.constantFrom('CNY', 'JPY', 'KWD');

test('a price never falls with precision, is subadditive, and nothing costs nothing', () => {
  fc.assert(
    fc.property(anyTerms, currency, x, x, (terms, code, a, b) => {
      const [pa, pb, both] = [a, b, plus(a, b)].map((each) => priceOf(terms, each, code)) as [bigint, bigint, bigint];
      expect(both <= pa + pb).toBe(true);
      expect(both >= pa && both >= pb).toBe(true);
      expect(priceOf(terms, rational(0n), code)).toBe(0n);
    }),
    { numRuns: 2000 },
  );
});

test('the root price is the smallest whole number not below the real price', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 9n), fc.bigInt(1n, 10n ** 6n), (num, den) => {
      const square = rational(num * 250n * 250n, den);
      const price = priceOf({ base: '0.03', rate: '2.5', family: { g: 'root' } }, rational(num, den), 'CNY');
      const reaches = (n: bigint) => n >= 3n && compare(rational((n - 3n) ** 2n), square) >= 0;
      expect([reaches(price), reaches(price - 1n)]).toEqual([true, false]);
    }),
  );
});

test('log and arctan tables are concave and close to the curves they stand for', () => {
  for (const table of [logTable(), arctanTable()]) needConcave(table);
  const at = (terms: PrecisionTerms['family'], u: string) =>
    Number(priceOf({ base: '0', rate: '1000000', family: terms }, fromText(u), 'CNY')) / 1e8;
  expect(at({ g: 'log', k: '1' }, '2.71828')).toBeCloseTo(Math.log(3.71828), 2);
  expect(at({ g: 'arctan', k: '1' }, '1')).toBeCloseTo(0.5, 6);
});

test.each`
  points                        | at
  ${[['1', '1'], ['2', '3']]}   | ${2}
  ${[['1', '2'], ['1', '2']]}   | ${2}
  ${[['1', '2'], ['2', '1.5']]} | ${2}
`('a table that bends upwards, stands or falls is refused at knot $at', ({ points, at }) => {
  const knots = [['0', '0'], ...(points as string[][])].map(([a, b]) => ({
    x: fromText(a ?? ''),
    g: fromText(b ?? ''),
  }));
  expect(() => {
    needConcave(knots);
  }).toThrow(expect.objectContaining({ code: 'SHAPE_NOT_CONCAVE', details: { at } }));
});

const menu = (...items: [string, number][]): Menu => items.map(([at, minor]) => ({ x: at, minor: String(minor) }));

test.each`
  title                     | items                                    | target | cost
  ${'three cheap steps'}    | ${[['1', 10], ['3', 50]]}                | ${1}   | ${30n}
  ${'a dearer weaker item'} | ${[['1', 60], ['3', 50]]}                | ${0}   | ${50n}
  ${'a free sample'}        | ${[['1/100', 0], ['1', 500]]}            | ${1}   | ${0n}
  ${'eps cubed'}            | ${[['1/2', 13], ['1', 100], ['2', 800]]} | ${1}   | ${26n}
`('an exploitable menu is refused with its attack: $title', ({ items, target, cost }) => {
  const bad = menu(...(items as [string, number][]));
  expect(attacksOn(bad)[0]).toMatchObject({ target, cost });
  expect(() => {
    checkMenu(bad);
  }).toThrow('MENU_EXPLOITABLE');
  expect(attacksOn(closureOf(bad))).toEqual([]);
});

const anyMenu = fc
  .uniqueArray(fc.record({ x: fc.integer({ min: 1, max: 12 }), minor: fc.integer({ min: 1, max: 60 }) }), {
    minLength: 1,
    maxLength: 5,
    selector: (item) => item.x,
  })
  .map((items) => menu(...items.map((item): [string, number] => [`${String(item.x)}/7`, item.minor])));

test('the closure is what brute force finds, is idempotent, and an accepted menu sells at its own prices', () => {
  fc.assert(
    fc.property(anyMenu, (offered) => {
      const closed = closureOf(offered);
      for (const [index, item] of offered.entries()) {
        expect(BigInt(closed[index]?.minor ?? '')).toBe(bruteForce(offered, fromText(item.x)));
      }
      expect(closureOf(closed)).toEqual(closed);
      for (const item of closed) expect(menuPrice(closed, fromText(item.x))).toBe(BigInt(item.minor));
    }),
    { numRuns: 200 },
  );
});

test('both tables of the knapsack agree', () => {
  const fine = menu(['0.000001', 3], ['1.5', 40], ['2', 55]);
  expect(attacksOn(fine)).toEqual([]);
  const cheap = menu(['0.5', 13], ['1.500001', 40]);
  expect(attacksOn(cheap)).toEqual([]);
  expect(attacksOn(menu(['0.5', 13], ['1.5', 40]))[0]).toMatchObject({
    cost: 39n,
    saved: 1n,
    buy: [{ item: 0, times: 3n }],
  });
});

function bruteForce(items: Menu, need: Rational): bigint {
  if (need.num <= 0n) return 0n;
  let best = 10n ** 9n;
  const walk = (from: number, left: Rational, cost: bigint): void => {
    if (left.num <= 0n) {
      if (cost < best) best = cost;
      return;
    }
    if (cost >= best) return;
    for (let index = from; index < items.length; index += 1) {
      const item = items[index];
      if (item) walk(index, plus(left, { ...fromText(`-${item.x}`) }), cost + BigInt(item.minor));
    }
  };
  walk(0, need, 0n);
  return best;
}

test('the curve gets dearer as the interval narrows', () => {
  const points = curve(
    { base: '1', rate: '100', family: { g: 'linear' } },
    'CNY',
    rational(1n),
    ['1/200', '1/50', '1/2'].map(fromText),
  );
  expect(points).toEqual([
    { rho: '1/200', minor: 150n, halfWidth: '19.599640' },
    { rho: '1/50', minor: 300n, halfWidth: '9.799820' },
    { rho: '1/2', minor: 5100n, halfWidth: '1.959964' },
  ]);
});
