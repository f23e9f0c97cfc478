// The samplers against another implementation, draw by draw, and against the exact probabilities.
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffered, uniformBelow, type Random } from './random';
import { parseRational } from './rational';
import { bernoulliExp, discreteGaussian, discreteLaplace } from './samplers';

interface Case {
  of: 'gaussian' | 'laplace';
  scale: string;
  seed: string;
  bytes: number;
  draws: number[];
}
const golden = JSON.parse(readFileSync(join(__dirname, '../../../test/vectors/golden/samplers.json'), 'utf8')) as {
  recorded: Case & { tape: string };
  cases: Case[];
};

/** AES-CTR over zeros: fast seeded bytes for the statistics below. */
function stream(seed: string): Random {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  return (bytes) => new Uint8Array(cipher.update(Buffer.alloc(bytes)));
}

/** SHA-256 in counter mode: the tape of the golden file. */
function seeded(seed: string): Random {
  let [counter, stock] = [0n, Buffer.alloc(0)];
  return (bytes) => {
    while (stock.length < bytes) {
      const block = Buffer.alloc(8);
      block.writeBigUInt64BE(counter);
      counter += 1n;
      stock = Buffer.concat([stock, createHash('sha256').update(seed).update(block).digest()]);
    }
    const out = stock.subarray(0, bytes);
    stock = stock.subarray(bytes);
    return out;
  };
}

const sampler = { gaussian: discreteGaussian, laplace: discreteLaplace };
const draws = (of: 'gaussian' | 'laplace', scale: string, count: number, random: Random): number[] =>
  Array.from({ length: count }, () => Number(sampler[of](parseRational(scale), random)));

describe('golden tape', () => {
  test('the recorded tape gives the recorded draws', () => {
    const tape = Buffer.from(golden.recorded.tape, 'hex');
    let at = 0;
    const random: Random = (bytes) => tape.subarray(at, (at += bytes));
    expect(draws('gaussian', golden.recorded.scale, golden.recorded.draws.length, random)).toEqual(
      golden.recorded.draws,
    );
    expect(at).toBe(tape.length);
  });

  test.each(golden.cases)(
    '$of $scale: every draw and every byte as the reference',
    ({ of, scale, seed, bytes, draws: expected }) => {
      const tape = seeded(seed);
      let used = 0;
      const counted: Random = (n) => {
        used += n;
        return tape(n);
      };
      expect(draws(of, scale, expected.length, counted)).toEqual(expected);
      expect(used).toBe(bytes);
    },
  );

  test('buffering changes no draw', () => {
    expect(draws('gaussian', '100', 500, buffered(seeded('b'), 64))).toEqual(
      draws('gaussian', '100', 500, seeded('b')),
    );
  });
});

/** Unnormalised exact weights on −most..most, normalised. */
function pmf(of: 'gaussian' | 'laplace', scale: number, most: number): Map<number, number> {
  const weight = (x: number): number => Math.exp(of === 'gaussian' ? (-x * x) / (2 * scale) : -Math.abs(x) / scale);
  const xs = Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  const whole = xs.reduce((sum, x) => sum + weight(x), 0);
  return new Map(xs.map((x) => [x, weight(x) / whole]));
}

/** Chi-square as a normal deviate (Wilson, Hilferty); cells with fewer than 20 expected draws are pooled. */
function chiSquareZ(seen: readonly number[], expected: ReadonlyMap<number, number>): number {
  const counts = new Map<number, number>();
  for (const x of seen) counts.set(x, (counts.get(x) ?? 0) + 1);
  let [chi, cells, restSeen, restExpected] = [0, 0, seen.length, seen.length];
  for (const [x, p] of expected) {
    const want = p * seen.length;
    if (want < 20) continue;
    const got = counts.get(x) ?? 0;
    chi += (got - want) ** 2 / want;
    cells += 1;
    restSeen -= got;
    restExpected -= want;
  }
  if (restExpected >= 1) {
    chi += (restSeen - restExpected) ** 2 / restExpected;
    cells += 1;
  }
  const df = cells - 1;
  return ((chi / df) ** (1 / 3) - (1 - 2 / (9 * df))) / Math.sqrt(2 / (9 * df));
}

function ksDistance(seen: readonly number[], expected: ReadonlyMap<number, number>): number {
  const sorted = [...seen].sort((a, b) => a - b);
  let [most, below, at] = [0, 0, 0];
  for (const [x, p] of expected) {
    below += p;
    while ((sorted[at] ?? Infinity) <= x) at += 1;
    most = Math.max(most, Math.abs(at / seen.length - below));
  }
  return most;
}

describe('exact probabilities at alpha 1e-6', () => {
  const N = 30_000;
  // One-sided normal deviate for 1e-6; Kolmogorov: sqrt(ln(2/alpha)/(2n)), conservative for discrete laws.
  const [zMost, ksMost] = [4.76, Math.sqrt(Math.log(2e6) / (2 * N))];
  test.each([
    ['gaussian', '1/3', 1 / 3],
    ['gaussian', '1', 1],
    ['gaussian', '100', 100],
    ['gaussian', '2000/3', 2000 / 3],
    ['laplace', '1/2', 0.5],
    ['laplace', '10', 10],
    ['laplace', '355/113', 355 / 113],
  ] as const)('%s %s', (of, scale, value) => {
    const seen = draws(of, scale, N, buffered(stream(`chi ${of} ${scale}`)));
    const expected = pmf(of, value, Math.ceil(40 * Math.max(value, Math.sqrt(value))) + 5);
    expect(chiSquareZ(seen, expected)).toBeLessThan(zMost);
    expect(ksDistance(seen, expected)).toBeLessThan(ksMost);
    const positive = seen.filter((x) => x > 0).length;
    const sides = seen.filter((x) => x !== 0).length;
    expect(Math.abs(positive - sides / 2) / Math.sqrt(sides / 4)).toBeLessThan(4.9);
  });

  test('the yardstick finds a sampler that doubles zero', () => {
    const seen = draws('gaussian', '100', N, buffered(stream('bad'))).map((x, i) => (x === 1 && i % 2 === 0 ? 0 : x));
    expect(chiSquareZ(seen, pmf('gaussian', 100, 405))).toBeGreaterThan(zMost);
  });

  test.each(['0', '1/3', '1', '5/2'])('Bernoulli(exp(-%s))', (gamma) => {
    const random = buffered(stream(`bernoulli ${gamma}`));
    const { num, den } = parseRational(gamma);
    const p = Math.exp(-Number(num) / Number(den));
    const hits = Array.from({ length: N }, () => bernoulliExp({ num, den }, random)).filter(Boolean).length;
    expect(Math.abs(hits - p * N)).toBeLessThanOrEqual(4.9 * Math.sqrt(N * p * (1 - p)));
  });

  test('uniformBelow rejects instead of folding, and reads nothing for 1', () => {
    const bytes = [255, 7, 200, 3];
    const random: Random = () => Uint8Array.of(bytes.shift() ?? 0);
    expect([uniformBelow(130n, random), uniformBelow(1n, random), uniformBelow(200n, random)]).toEqual([7n, 0n, 3n]);
  });
});
