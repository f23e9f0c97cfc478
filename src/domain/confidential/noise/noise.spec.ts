// Noise shares add up to a discrete Laplace, come back from their seed, and their intervals cover.
import { discreteLaplace } from '../../safe-answers/samplers';
import { noiseInterval, noiseShare, nodeNoise } from '.';
import { stream } from '../shares/expand';
import { opens } from '../certificate';

const random = stream('noise.spec', new Uint8Array(32));
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
  const pair = chiSquare(() => noiseShare(scale, 2n, random) + noiseShare(scale, 2n, random));
  expect(pair.value).toBeLessThan(pair.bins + 6 * Math.sqrt(2 * pair.bins));
  const central = chiSquare(() => discreteLaplace(scale, random));
  expect(central.value).toBeLessThan(central.bins + 6 * Math.sqrt(2 * central.bins));
});

test('the test above is sharp: one node alone is not a discrete Laplace', () => {
  const alone = chiSquare(() => noiseShare(scale, 2n, random));
  expect(alone.value).toBeGreaterThan(500);
});

test.each([[{ num: 3n, den: 1n }], [{ num: 25n, den: 2n }], [{ num: 60n, den: 1n }]])(
  'intervals of scale %p cover at least 95 %',
  (s) => {
    const { all, oneStripped } = noiseInterval(s);
    expect(all).toBeGreaterThan(oneStripped);
    let [inside, insideTwo] = [0, 0];
    const draws = 1000;
    for (let at = 0; at < draws; at += 1) {
      const two = noiseShare(s, 2n, random) + noiseShare(s, 2n, random);
      const three = two + noiseShare(s, 2n, random);
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
