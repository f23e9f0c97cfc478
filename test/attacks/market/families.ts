// The prices under attack: every family we offer, and the weak builds that must fall.
import {
  fromText,
  integerRoot,
  plus,
  rateInMinor,
  rational,
  roundDown,
  times,
  type Rational,
} from '../../../src/domain/market/money';
import { priceOf, type PrecisionTerms } from '../../../src/domain/market/precision';
import { shapeAt } from '../../../src/domain/market/precision/families';

export interface Priced {
  readonly name: string;
  price(x: Rational): bigint;
}

const terms: readonly (PrecisionTerms & { name: string })[] = [
  { name: 'linear', base: '0', rate: '0.013', family: { g: 'linear' } },
  { name: 'fee and linear', base: '0.02', rate: '0.31', family: { g: 'linear' } },
  { name: 'root', base: '0', rate: '0.37', family: { g: 'root' } },
  { name: 'saturating', base: '0', rate: '3', family: { g: 'saturating', k: '7' } },
  { name: 'capped', base: '0', rate: '0.07', family: { g: 'capped', cap: '30' } },
  { name: 'log', base: '0', rate: '0.9', family: { g: 'log', k: '5' } },
  { name: 'arctan', base: '0', rate: '4', family: { g: 'arctan', k: '9' } },
  {
    name: 'table',
    base: '0.01',
    rate: '0.05',
    family: {
      g: 'table',
      points: [
        { x: '2', g: '3' },
        { x: '10', g: '9' },
        { x: '80', g: '20' },
      ],
    },
  },
];

/** What the exchange sells. */
export const offered: readonly Priced[] = terms.map((each) => ({
  name: each.name,
  price: (x) => priceOf(each, x, 'CNY'),
}));

/** The same families rounded to nearest, and a price that grows with eps³. */
export const weak: readonly Priced[] = [
  ...terms.flatMap((each): Priced[] => {
    const { family } = each;
    if (family.g === 'root') return [];
    const [base, slope] = [rateInMinor(each.base, 'CNY'), rateInMinor(each.rate, 'CNY')];
    const exact = (x: Rational) => (x.num === 0n ? x : plus(base, times(slope, shapeAt(family, x))));
    return [{ name: `round half up: ${each.name}`, price: (x) => roundDown(plus(exact(x), rational(1n, 2n))) }];
  }),
  { name: 'eps cubed', price: (x) => epsCubed(x) },
];

/** 10·eps³ with eps² = x: ceil(10·x^1.5), rounded up like ours, so only the shape is weak. */
function epsCubed(x: Rational): bigint {
  const square = times(fromText('100'), times(x, times(x, x)));
  const root = integerRoot(square.num / square.den);
  return root * root * square.den >= square.num ? root : root + 1n;
}
