// Parts sum to the whole; zero contributes nothing; copies and split names gain nothing; exact and sampled Shapley agree.
import fc from 'fast-check';
import { plus, rational, sumOf } from '../money';
import { payouts, sampledShapley, shapley, sumsTo, type Capture, type Contribution, type ShareRule } from '.';

const rule: ShareRule = {
  schema: 'aggregora/share-rule/1',
  rule: 'r',
  version: 3,
  taxBp: 600,
  platformFeeBp: 250,
  compensationPerRho: '2.5',
  rights: { holding: 6000, processing: 3000, usage: 1000 },
  entityCapBp: 6000,
  newcomer: { poolBp: 500, multiplierBp: 20_000 },
};
const by = (owner: string, noised: bigint, more: Partial<Contribution> = {}): Contribution => ({
  owner,
  entity: owner,
  fingerprint: owner,
  noised,
  newcomer: false,
  ...more,
});
const capture = (contributions: Contribution[], minor = 100_000n): Capture => ({
  minor,
  currency: 'CNY',
  rho: contributions.map(({ owner }) => ({ owner, rho: '1/200' })),
  contributions,
  processors: [{ id: 'city-data', shareBp: 10_000 }],
  licensors: [],
});
const paidTo = (lines: ReturnType<typeof payouts>, id: string) =>
  lines.filter((line) => line.account === `owner.payable/${id}`).reduce((sum, line) => sum + line.minor, 0n);

const anyRule = fc
  .record({
    taxBp: fc.nat(10_000),
    platformFeeBp: fc.nat(10_000),
    compensationPerRho: fc.constantFrom('0', '0.000000000001', '12.5', '99999'),
    entityCapBp: fc.integer({ min: 1, max: 10_000 }),
  })
  .map((over) => ({ ...rule, ...over }));
const owners = fc.array(fc.record({ noised: fc.bigInt(-50n, 10n ** 9n), newcomer: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

test('lines sum to the price for any rule and any weights, and nobody is paid for nothing', () => {
  fc.assert(
    fc.property(
      anyRule,
      owners,
      fc.bigInt(0n, 10n ** 9n),
      fc.constantFrom('CNY', 'JPY', 'KWD'),
      (any, list, minor, currency) => {
        fc.pre(list.some((each) => each.noised > 0n));
        const all = list.map((each, index) => by(`o${String(index)}`, each.noised, { newcomer: each.newcomer }));
        const lines = payouts(any, { ...capture(all, minor), currency });
        expect(sumsTo(lines, minor)).toBe(true);
        for (const each of all) if (each.noised <= 0n) expect(paidTo(lines, each.owner)).toBe(0n);
        expect(lines.every((line) => line.ruleVersion === 3 && line.minor > 0n)).toBe(true);
      },
    ),
  );
});

test('listing copies, or splitting one verified owner in two, gains nothing', () => {
  const alone = payouts(rule, capture([by('a', 500n), by('b', 500n)]));
  const copies = payouts(
    rule,
    capture([by('a', 500n), by('a2', 500n, { entity: 'a', fingerprint: 'a' }), by('b', 500n)]),
  );
  const split = payouts(
    rule,
    capture([by('a', 250n), by('a2', 250n, { entity: 'a', fingerprint: 'x' }), by('b', 500n)]),
  );
  const ofA = (lines: ReturnType<typeof payouts>) => paidTo(lines, 'a') + paidTo(lines, 'a2');
  expect(ofA(copies) <= ofA(alone)).toBe(true);
  expect(ofA(split) <= ofA(alone)).toBe(true);
});

test('a newcomer earns more than an equal from the declared pool, and the pool is all it takes', () => {
  const lines = payouts(rule, capture([by('a', 500n), by('b', 500n, { newcomer: true })]));
  expect(paidTo(lines, 'b') > paidTo(lines, 'a')).toBe(true);
});

const glove = (set: number) =>
  BigInt(Math.min(Number((set & 1) > 0), Number((set & 2) > 0) + Number((set & 4) > 0)) > 0 ? 6 : 0);

test('exact Shapley of the glove game is 2/3, 1/6, 1/6 (Shapley & Shubik 1969)', () => {
  expect(shapley(3, glove)).toEqual([rational(4n), rational(1n), rational(1n)]);
});

test('an additive value pays everyone their own part, exact and sampled', () => {
  const parts = [3n, 7n, 11n, 0n];
  const value = (set: number) => parts.reduce((sum, each, index) => (set & (1 << index) ? sum + each : sum), 0n);
  const expected = parts.map((each) => rational(each));
  expect(shapley(4, value)).toEqual(expected);
  expect(sampledShapley(4, value, 'seed', 50)).toEqual(expected);
});

test('sampling sums to the whole, repeats with its seed, and is within 4 % of exact at 10,000 orders', () => {
  const value = (set: number) =>
    BigInt(
      Math.floor(
        1_000_000 * Math.sqrt([5, 1, 4, 2, 8, 3].reduce((sum, each, i) => (set & (1 << i) ? sum + each : sum), 0)),
      ),
    );
  const exact = shapley(6, value);
  const sampled = sampledShapley(6, value, 'ledger-seed', 10_000);
  expect(sumOf(exact)).toEqual(rational(value(63)));
  expect(sampled.reduce(plus)).toEqual(rational(value(63)));
  expect(sampledShapley(6, value, 'ledger-seed', 100)).toEqual(sampledShapley(6, value, 'ledger-seed', 100));
  exact.forEach((each, index) => {
    const a = Number(each.num) / Number(each.den);
    const b = Number(sampled[index]?.num) / Number(sampled[index]?.den);
    expect(Math.abs(a - b) / a).toBeLessThan(0.04);
  });
});

test('17 owners are too many for exact values', () => {
  expect(() => shapley(17, () => 0n)).toThrow('SHAPLEY_TOO_MANY');
});
