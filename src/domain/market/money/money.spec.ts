// Money is exact: exponents, texts, roundings, and parts that sum to the whole.
import fc from 'fast-check';
import {
  amountText,
  compare,
  fromText,
  integerRoot,
  rate,
  rateInMinor,
  rational,
  readMoney,
  roundDown,
  roundHalfEven,
  roundUp,
  split,
  toText,
} from '.';

test.each`
  amount      | currency | minor
  ${'5.00'}   | ${'CNY'} | ${500n}
  ${'500'}    | ${'JPY'} | ${500n}
  ${'0.005'}  | ${'KWD'} | ${5n}
  ${'-1.20'}  | ${'EUR'} | ${-120n}
  ${'1.0000'} | ${'CLF'} | ${10000n}
`('$amount $currency is $minor minor units, and back', ({ amount, currency, minor }) => {
  expect(readMoney({ amount, currency }).minor).toBe(minor);
  expect(amountText({ minor: minor as bigint, currency: currency as string })).toBe(amount);
});

test.each`
  text                 | code
  ${'-0.1'}            | ${'RATE_NEGATIVE'}
  ${'0.1234567890123'} | ${'RATE_TOO_PRECISE'}
  ${'1e3'}             | ${'RATE_UNREADABLE'}
  ${'.5'}              | ${'RATE_UNREADABLE'}
`('rate $text is refused with $code', ({ text, code }) => {
  expect(() => rate(text as string)).toThrow(code as string);
});

test('a yen has no decimals and a mark that does not fit a currency is refused', () => {
  expect(() => readMoney({ amount: '1.5', currency: 'JPY' })).toThrow('AMOUNT_UNREADABLE');
  expect(() => readMoney({ amount: '1', currency: 'XXX' })).toThrow('CURRENCY_UNKNOWN');
  expect(toText(rateInMinor('0.05', 'JPY'))).toBe('1/20');
  expect(toText(rateInMinor('0.05', 'KWD'))).toBe('50');
});

const anyRational = fc
  .tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 12n))
  .map(([n, d]) => rational(n, d));

test('texts come back as they went, and roundings bracket the value', () => {
  fc.assert(
    fc.property(anyRational, (value) => {
      expect(fromText(toText(value))).toEqual(value);
      expect(roundUp(value) - roundDown(value)).toBe(value.den === 1n ? 0n : 1n);
      expect(compare(rational(roundDown(value)), value)).toBeLessThanOrEqual(0);
      const twiceOff = 2n * (roundHalfEven(value) * value.den - value.num);
      expect(twiceOff <= value.den && -twiceOff <= value.den).toBe(true);
    }),
  );
});

test.each([
  [1n, 2n, 0n],
  [3n, 2n, 2n],
  [5n, 2n, 2n],
  [-1n, 2n, 0n],
  [-3n, 2n, -2n],
])('%s/%s rounds half to even to %s', (num, den, expected) => {
  expect(roundHalfEven(rational(num, den))).toBe(expected);
});

test('the integer root is the floor of the root', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 40n), (n) => {
      const root = integerRoot(n);
      expect(root * root <= n && (root + 1n) * (root + 1n) > n).toBe(true);
    }),
  );
});

const parties = fc.uniqueArray(fc.record({ id: fc.stringMatching(/^[a-z]{1,4}$/), weight: fc.nat(1000) }), {
  selector: (party) => party.id,
  minLength: 1,
  maxLength: 12,
});

test('parts sum to the whole, are within one unit of exact, do not depend on order, and zero weight gets nothing', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 12n), parties, (whole, raw) => {
      fc.pre(raw.some((party) => party.weight > 0));
      const weighted = raw.map(({ id, weight }) => ({ id, weight: rational(BigInt(weight)) }));
      const total = weighted.reduce((sum, party) => sum + party.weight.num, 0n);
      const parts = split(whole, weighted);
      expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(whole);
      for (const { weight, minor } of parts) {
        const off = minor * total - whole * weight.num;
        expect(off < total && -off < total).toBe(true);
        if (weight.num === 0n) expect(minor).toBe(0n);
      }
      expect(split(whole, [...weighted].reverse())).toEqual(parts);
    }),
  );
});

test('a tie goes to the smaller id', () => {
  const equal = ['b', 'a', 'c'].map((id) => ({ id, weight: rational(1n) }));
  expect(split(1n, equal).map((part) => [part.id, part.minor])).toEqual([
    ['a', 1n],
    ['b', 0n],
    ['c', 0n],
  ]);
});
