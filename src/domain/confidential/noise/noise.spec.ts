// Noise shares add up to a discrete Laplace, come back from their seed, and their intervals cover.
import { discreteLaplace } from '../../safe-answers/samplers';
import { noiseInterval, noiseShare, nodeNoise } from '.';
import { ceilingOf, HEIGHT, under } from './central-binomial';
import { stream } from '../shares/expand';
import { opens } from '../certificate';

const random = stream('noise.spec', new Uint8Array(32));
const share = noiseShare({ num: 3n, den: 1n });
const DRAWS = 10_000;
const scale = { num: 3n, den: 1n };

/** P(x) of the discrete Laplace with ratio e^(−1/3), as test arithmetic. */
const expected = (x: number): number => Math.tanh(1 / 6) * Math.exp(-Math.abs(x) / 3);

function chiSquare(draw: () => bigint): { value: number; bins: number } {
  const counts = new Map<number, number>();
  for (let at = 0; at < DRAWS; at += 1) {
    const x = Number(draw());
    counts.set(x, (counts.get(x) ?? 0) + 1);
  }
  let [value, bins] = [0, 0];
  for (let x = -15; x <= 15; x += 1) {
    const want = DRAWS * expected(x);
    value += ((counts.get(x) ?? 0) - want) ** 2 / want;
    bins += 1;
  }
  return { value, bins };
}

test('any two of three nodes together add exactly a discrete Laplace', () => {
  const pair = chiSquare(() => share(random) + share(random));
  expect(pair.value).toBeLessThan(pair.bins + 6 * Math.sqrt(2 * pair.bins));
  const central = chiSquare(() => discreteLaplace(scale, random));
  expect(central.value).toBeLessThan(central.bins + 6 * Math.sqrt(2 * central.bins));
});

test('the test above is sharp: one node alone is not a discrete Laplace', () => {
  const alone = chiSquare(() => share(random));
  expect(alone.value).toBeGreaterThan(500);
});

test.each([[{ num: 3n, den: 1n }], [{ num: 25n, den: 2n }], [{ num: 60n, den: 1n }]])(
  'intervals of scale %p cover at least 95 %',
  (s) => {
    const { all, oneStripped } = noiseInterval(s);
    expect(all).toBeGreaterThan(oneStripped);
    let [inside, insideTwo] = [0, 0];
    const [draws, part] = [1000, noiseShare(s)];
    for (let at = 0; at < draws; at += 1) {
      const two = part(random) + part(random);
      const three = two + part(random);
      if (two <= oneStripped && -two <= oneStripped) insideTwo += 1;
      if (three <= all && -three <= all) inside += 1;
    }
    expect(inside).toBeGreaterThan(draws * 0.925);
    expect(insideTwo).toBeGreaterThan(draws * 0.925);
  },
);

test('a seed gives the same committed noise again, another question does not', () => {
  const seed = new Uint8Array(32).fill(7);
  const once = nodeNoise('q', 'node-a', '5/2', 16, seed);
  expect(nodeNoise('q', 'node-a', '5/2', 16, seed)).toEqual(once);
  expect(opens(once.commitment, once)).toBe(true);
  expect(nodeNoise('q2', 'node-a', '5/2', 16, seed).cells).not.toEqual(once.cells);
});

/** ⌊C(2k, k)/4^k · 2^64⌋ by whole numbers. */
function exactHeight(k: bigint): bigint {
  let value = 1n;
  for (let i = 1n; i <= k; i += 1n) value = (value * 2n * (2n * i - 1n)) / i;
  return (value * HEIGHT) >> (2n * k);
}

test.each([0n, 1n, 63n, 64n, 65n, 100n, 1000n, 5000n])('the coin of a(%s) turns exactly at the exact height', (k) => {
  const height = exactHeight(k);
  const refused = () => {
    throw new Error('no randomness is needed here');
  };
  expect(under(height - 1n, k, refused)).toBe(true);
  expect(under(height + 1n, k, refused)).toBe(false);
  expect(ceilingOf(k) - height).toBeGreaterThanOrEqual(0n);
  // Loosest where the bounds begin: a ceiling costs speed only, never exactness.
  expect((ceilingOf(k) - height) * 10n ** 10n).toBeLessThan(HEIGHT * 2n);
});

test.each([
  ['0.5', { num: 1n, den: 2n }],
  ['35', { num: 35n, den: 1n }],
  ['10^5', { num: 100_000n, den: 1n }],
  ['2^38', { num: 1n << 38n, den: 1n }],
])('two parts of scale %s spread like the discrete Laplace of that scale', (_, s) => {
  const part = noiseShare(s);
  const draws = 2000;
  const sorted = (draw: () => bigint) =>
    Array.from({ length: draws }, () => Number(draw() * 1000n * s.den) / Number(s.num)).sort((a, b) => a - b);
  const [made, wanted] = [sorted(() => part(random) + part(random)), sorted(() => discreteLaplace(s, random))];
  // Kolmogorov–Smirnov over the pooled points at alpha 10^-5.
  const below = (all: readonly number[], at: number) => all.filter((one) => one <= at).length / draws;
  const gap = Math.max(
    ...wanted.filter((_at, index) => index % 20 === 0).map((at) => Math.abs(below(made, at) - below(wanted, at))),
  );
  expect(gap).toBeLessThan(Math.sqrt(-Math.log(0.5e-5) / draws));
});
