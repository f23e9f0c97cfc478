// Bounds, reaches, privacy loss and selection against ordinary floating point and against chance.
import fc from 'fast-check';
import { createCipheriv } from 'node:crypto';
import { expNegative, ln, normalUpper, sqrt, UNIT } from './bounds';
import { consistent } from './consistent';
import { halfWidth } from './half-width';
import { deltaFor, epsilonOf, sureness } from './loss';
import { noiseFor } from './mechanism';
import { parseRational, rational, toText } from './rational';
import type { Random } from './random';
import { keyThreshold, permuteAndFlip, selectQuantile, selectTop, showsKey, type KeyRule } from './selection';

const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 3), Buffer.alloc(16));
const random: Random = (bytes) => new Uint8Array(stream.update(Buffer.alloc(bytes)));
const float = (n: bigint): number => Number(n >> 112n) / 2 ** 80;
const fraction = fc.tuple(fc.bigInt(1n, 10_000n), fc.bigInt(1n, 1000n)).map(([n, d]) => rational(n, d));

test('bounds enclose, and are tight to 1e-12', () => {
  fc.assert(
    fc.property(fraction, (x) => {
      const value = Number(x.num) / Number(x.den);
      for (const [bounds, want] of [
        [expNegative(x), Math.exp(-value)],
        [ln(x), Math.log(value)],
        [sqrt(x), Math.sqrt(value)],
      ] as const) {
        expect(bounds.lo).toBeLessThanOrEqual(bounds.hi);
        expect(Math.abs(float(bounds.lo) - want)).toBeLessThan(1e-11 * Math.max(1, want));
        expect(Math.abs(float(bounds.hi) - want)).toBeLessThan(1e-11 * Math.max(1, want));
      }
    }),
  );
});

test.each([
  ['0', 0.5],
  ['1/16', 0.598706325682924],
  ['1/4', 0.691462461274013],
  ['4', 0.977249868051821],
  ['36', 0.999999999013412],
])('normal distribution at root of %s', (square, want) => {
  expect(Number(normalUpper(parseRational(square))) / Number(UNIT)).toBeCloseTo(want, 12);
});

/** The smallest w by plain summation. */
function plainWidth(weight: (x: number) => number, coverage: number): number {
  const xs = Array.from({ length: 20_000 }, (_, i) => weight(i));
  const whole = xs.reduce((a, b) => a + b, 0) * 2 - 1;
  let [inside, w] = [1, 0];
  while (inside / whole < coverage) inside += 2 * (xs[(w += 1)] ?? 0);
  return w;
}
test.each(['1/3', '1', '4', '100', '22500/7', '250000'])(
  'gaussian reach at variance %s is the smallest there is',
  (text) => {
    const variance = parseRational(text);
    const value = Number(variance.num) / Number(variance.den);
    expect(Number(halfWidth({ of: 'gaussian', variance }, rational(19n, 20n)))).toBe(
      plainWidth((x) => Math.exp((-x * x) / 2 / value), 0.95),
    );
  },
);
test('beyond the summed range the closed bound is 1.96 sigma, rounded up', () => {
  expect(halfWidth({ of: 'gaussian', variance: rational(10n ** 12n) }, rational(19n, 20n))).toBe(1_959_964n);
  expect(halfWidth({ of: 'gaussian', variance: rational(10n ** 12n) }, rational(79n, 80n))).toBeGreaterThan(2_497_000n);
});
test.each(['1/2', '1', '10', '355/113'])('laplace reach at scale %s is the smallest there is', (text) => {
  const scale = parseRational(text);
  const value = Number(scale.num) / Number(scale.den);
  const noise = { of: 'laplace', scale, epsilon: rational(1n) } as const;
  expect(Number(halfWidth(noise, rational(39n, 40n)))).toBe(plainWidth((x) => Math.exp(-x / value), 0.975));
});

test('noise never spends more than its rho, and roots are rounded down', () => {
  fc.assert(
    fc.property(fraction, fc.bigInt(1n, 9n), fc.bigInt(1n, 10n ** 9n), (rho, l0, linf) => {
      const gaussian = noiseFor('gaussian', { l0, linf }, rho);
      const laplace = noiseFor('laplace', { l0, linf }, rho);
      if (gaussian.of !== 'gaussian' || laplace.of !== 'laplace') throw new Error('wrong mechanism');
      expect(l0 * linf * linf * gaussian.variance.den * rho.den).toBe(2n * rho.num * gaussian.variance.num);
      const { num, den } = laplace.epsilon;
      expect(num * num * rho.den <= 2n * rho.num * den * den).toBe(true);
      expect(l0 * linf * den * laplace.scale.den).toBe(laplace.scale.num * num);
    }),
  );
});

test('loss for display: rounded up, as the design page promises', () => {
  expect(epsilonOf(parseRational('1/8'), parseRational('1/1000000'))).toBe('2.754');
  expect(sureness('gaussian', parseRational('1/8'))).toEqual({ inTable: '59.9', fact: '69.2' });
  expect(sureness('laplace', parseRational('1/8'))).toEqual({ inTable: '62.5', fact: '75.0' });
  expect(sureness('gaussian', parseRational('1000'))).toEqual({ inTable: '100.0', fact: '100.0' });
  expect(toText(deltaFor(parseRational('1/1000000'), 1_000_000n))).toBe('1/10000001');
});

test('consistent counts are non-negative, add up, and keep the order', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(-50n, 200n), { minLength: 1, maxLength: 40 }), (counts) => {
      const shown = consistent(counts);
      const sum = (all: readonly bigint[]): bigint => all.reduce((a, b) => a + b, 0n);
      expect(sum(shown)).toBe(sum(counts) > 0n ? sum(counts) : 0n);
      expect(shown.every((n) => n >= 0n)).toBe(true);
      counts.forEach((a, i) =>
        counts.forEach((b, j) => a > b && expect((shown[i] ?? 0n) >= (shown[j] ?? 0n)).toBe(true)),
      );
    }),
  );
});

/** Chances of permute-and-flip by going through every order. */
function chances(weights: readonly number[]): number[] {
  const out = weights.map(() => 0);
  const visit = (left: readonly number[], reached: number): void =>
    left.forEach((i) => {
      const here = (reached / left.length) * (weights[i] ?? 0);
      out[i] = (out[i] ?? 0) + here;
      visit(
        left.filter((j) => j !== i),
        (reached / left.length) * (1 - (weights[i] ?? 0)),
      );
    });
  visit(
    weights.map((_, i) => i),
    1,
  );
  return out;
}
test('permute-and-flip has the chances of the paper', () => {
  const scores = [5n, 3n, 0n, 5n];
  const N = 20_000;
  const seen = scores.map(() => 0);
  for (let i = 0; i < N; i += 1) {
    const at = permuteAndFlip(scores, 1n, rational(1n, 2n), random);
    seen[at] = (seen[at] ?? 0) + 1;
  }
  chances(scores.map((s) => Math.exp(-Number(5n - s) / 4))).forEach((p, i) =>
    expect(Math.abs((seen[i] ?? 0) - p * N)).toBeLessThan(5 * Math.sqrt(N * p * (1 - p))),
  );
});

test('quantile and top-k find what stands out, and each key once', () => {
  const around = Array.from({ length: 11 }, (_, i) => ({ below: BigInt(i * 1000), above: BigInt(10_000 - i * 1000) }));
  expect(selectQuantile(around, rational(1n, 2n), 1n, rational(1n, 8n), random)).toBe(5);
  expect(selectQuantile(around, rational(9n, 10n), 1n, rational(1n, 8n), random)).toBe(9);
  expect(selectTop([10n, 9000n, 20n, 5000n, 0n], 2, 1n, rational(1n, 8n), random)).toEqual([1, 3]);
  expect(new Set(selectTop([1n, 1n, 1n], 5, 1n, rational(1n, 200n), random)).size).toBe(3);
});

test('a discovered key below minUnits is never shown, one at the threshold half of the time, one unit alone almost never', () => {
  const rule: KeyRule = {
    minUnits: 10n,
    groupsPerUnit: 4n,
    epsilon: rational(1n, 2n),
    delta: rational(1n, 1_000_000n),
  };
  const tau = keyThreshold(rule);
  const b = 8;
  expect(Number(tau)).toBe(10 + Math.ceil(b * Math.log(4 / (1e-6 * (1 + Math.exp(-1 / b))))));
  const shows = (units: bigint): number =>
    Array.from({ length: 2000 }, () => showsKey(units, rule, random)).filter(Boolean).length;
  expect([shows(9n), shows(10n), shows(tau + 200n)]).toEqual([0, 0, 2000]);
  expect(Math.abs(shows(tau) - 1062)).toBeLessThan(115);
});
