// Overlaps: exact below the noise whatever the sets are, noise as stated, and no byte can be changed unseen.
import { ed25519, ed25519_hasher } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { overlapOf, overlap, verifyNoise, verifyPublic } from '..';
import { verifyAny } from '../../../../test/attacks/confidential/keys';
import {
  askOverlap,
  playOverlap,
  roundOne,
  roundTwo,
  unitsOf,
  breathe,
} from '../../../../test/attacks/confidential/overlap-stage';
import { given, makeKeys, NODES } from '../../../../test/attacks/confidential/stage';
import { b64u } from '../../canonical';
import { parseRational } from '../../safe-answers/rational';
import { stream } from '../shares/expand';

const seeded = stream('overlap.spec', new Uint8Array(32));
const exponent = () => overlap.exponentOf(seeded(32));
const point = (name: string) => overlap.unitPoint('q', name);

describe('exponents', () => {
  test('commute, multiply into one and are undone, on every unit', () => {
    for (let at = 0; at < 20; at += 1) {
      const [a, b, c] = [exponent(), exponent(), exponent()];
      const start = [point(`unit ${String(at)}`)];
      const one = overlap.raisedNow(overlap.raisedNow(overlap.raisedNow(start, a), b), c);
      const other = overlap.raisedNow(start, overlap.product(c, a, b));
      expect(other.map(b64u)).toEqual(one.map(b64u));
      expect(overlap.raisedNow(one, overlap.inverse(overlap.product(a, b, c))).map(b64u)).toEqual(start.map(b64u));
    }
  });

  test('a unit is the Montgomery form of the point it hashes to, another one for every question', () => {
    const DST = new TextEncoder().encode('aggregora/overlap/1 edwards25519_XMD:SHA-512_ELL2_RO_');
    const hashed = ed25519_hasher.hashToCurve(new TextEncoder().encode('q\0a'), { DST });
    expect(b64u(point('a'))).toBe(b64u(ed25519.utils.toMontgomery(hashed.toBytes())));
    expect(b64u(point('a'))).not.toBe(b64u(overlap.unitPoint('another question', 'a')));
  });

  test.each`
    title                          | bytes
    ${'zero'}                      | ${new Uint8Array(32)}
    ${'a number above 2^255 − 19'} | ${new Uint8Array(32).fill(255)}
  `('a list with $title is refused', ({ bytes }: { bytes: Uint8Array }) => {
    const list = Buffer.concat([overlap.GENERATOR, point('a'), bytes]);
    expect(() => overlap.readList(new Uint8Array(list), 2)).toThrow('OVERLAP_LIST_MALFORMED');
  });

  test('a point of small order is refused when it is raised, and one that is there twice when it is read', () => {
    const one = Uint8Array.of(1, ...new Uint8Array(31));
    expect(() => overlap.raisedNow([one], exponent())).toThrow('OVERLAP_LIST_MALFORMED');
    const twice = Buffer.concat([overlap.GENERATOR, point('a'), point('a')]);
    expect(() => overlap.readList(new Uint8Array(twice), 2)).toThrow('OVERLAP_LIST_MALFORMED');
  });

  test('names are one text: composed or not, with white space around or not', () => {
    expect(overlap.unitText(' Zoë\t')).toBe(overlap.unitText('Zoe\u0308'));
    expect(overlap.unitText('A1')).not.toBe(overlap.unitText('a1'));
  });
});

test('below the noise the count is the number of units in both sets, whatever the sets', async () => {
  const keys = await makeKeys();
  const set = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(set, set, async (a, b) => {
      const units = [a, b].map((all) => all.map((id) => `unit ${String(id)}`));
      const { count } = await playOverlap(keys, units, askOverlap(keys, { noiseScale: 'none' }));
      expect(count).toBe(BigInt(a.filter((id) => b.includes(id)).length));
    }),
    { numRuns: 12 },
  );
}, 120_000);

test('an honest run passes all levels, and with the nodes’ noise taken off the count is exact', async () => {
  const keys = await makeKeys();
  const stage = await playOverlap(keys);
  const { transcript, revealed, count, turns, seeds, question } = stage;
  expect(verifyPublic(transcript, given(stage as never))).toEqual([]);
  expect(overlap.verifyCount(overlapOf(transcript), revealed, count)).toEqual([]);
  expect(overlap.verifyTurns(overlapOf(transcript), revealed, turns, verifyAny)).toEqual([]);
  expect(NODES.flatMap((node, at) => verifyNoise(transcript, node, seeds[at] ?? new Uint8Array(32)))).toEqual([]);
  const shift = overlap.shiftOf(parseRational(question.noiseScale));
  const noise = NODES.map(
    (node, at) => BigInt(overlap.sharedOf(question, node, seeds[at] ?? new Uint8Array(32))) - shift,
  );
  expect(count - noise.reduce((sum, one) => sum + one, 0n)).toBe(6n);
  // Lengths say nothing: every list has the capacity and what all nodes add.
  expect(revealed.pair.map(({ points }) => points.length)).toEqual([16 + 6 * Number(shift), 16 + 6 * Number(shift)]);
}, 60_000);

test('before all three nodes took part the lists have nothing in common, not even for one node with both in hand', async () => {
  const keys = await makeKeys();
  const question = askOverlap(keys, { noiseScale: 'none' });
  const same = [unitsOf(0, 16), unitsOf(0, 16)];
  const stage = await playOverlap(keys, same, question);
  expect(stage.count).toBe(16n);
  const [first, second] = await roundTwo(keys, await roundOne(question, same));
  const crossing = async (one: typeof first) => {
    const { list } = await overlap.receivedCrossing(question, 0, one.signed.document, one.envelopes[0], keys.nodes[0]);
    return list?.points ?? [];
  };
  expect(overlap.common(await crossing(first), await crossing(second))).toBe(0);
  // Nor for whoever has the last lists and two of the three keys.
  const [a, b] = stage.revealed.pair;
  const [one, two] = stage.revealed.keys;
  expect(overlap.common(a.points, b.points)).toBe(0);
  expect(overlap.common(overlap.raisedNow(a.points, overlap.product(one, two)), b.points)).toBe(0);
}, 60_000);

describe('dummies', () => {
  test.each(['1/2', '3', '20'])(
    'of scale %s: shift + noise of them are shared, and never more than are there',
    (scale) => {
      const shift = Number(overlap.shiftOf(parseRational(scale)));
      expect(overlap.added(scale)).toBe(2 * shift);
      const draws = Array.from({ length: 400 }, () => overlap.shared(scale, seeded) - shift);
      expect(draws.every((noise) => Math.abs(noise) <= shift)).toBe(true);
      // Two of three nodes' noise is a discrete Laplace of this scale: variance 2p/(1 − p)², each half of it.
      const [num = 1, den = 1] = scale.split('/').map(Number);
      const p = Math.exp(-den / num);
      const variance = draws.reduce((sum, noise) => sum + noise * noise, 0) / draws.length;
      const wanted = p / (1 - p) ** 2;
      expect(Math.abs(variance - wanted)).toBeLessThan(0.9 * wanted);
    },
  );

  test('the cut that the shift leaves is rarer than delta says, for any scale', () => {
    for (const scale of ['1/10', '1/2', '1', '20', '1000']) {
      const [num = 1, den = 1] = scale.split('/').map(Number);
      const shift = Number(overlap.shiftOf({ num: BigInt(num), den: BigInt(den) }));
      const epsilon = (2 * den) / num;
      const log2 = (Math.log(6) - ((shift + 1) * den) / num + Math.log1p(Math.exp(epsilon))) / Math.LN2;
      expect(log2).toBeLessThan(-40);
    }
  });
});

test('any single changed byte on any way between two parties is refused', async () => {
  const keys = await makeKeys();
  const question = askOverlap(keys);
  const [one, two] = await roundOne(question, [unitsOf(0, 8), unitsOf(4, 12)]);
  const to = [keys.nodes[0].publicKey, keys.nodes[1].publicKey, keys.nodes[2].publicKey] as const;
  const list = await overlap.sealedList(two.secret, two.list, one.signed.document);
  const [first] = await roundTwo(keys, [one, two]);
  const pair = [one.list, two.list] as const;
  const longer = (points: overlap.PointList) => ({
    ...points,
    points: [
      ...points.points,
      ...overlap.powers(points.base, Array.from({ length: overlap.added(question.noiseScale) }, exponent)),
    ],
  });
  const message = await overlap.sealedPair(
    question,
    0,
    [longer(pair[0]), longer(pair[1])],
    keys.nodes[1].publicKey,
    seeded,
  );
  const ways: readonly (readonly [Uint8Array, (bytes: Uint8Array) => Promise<unknown>])[] = [
    [list, (bytes) => overlap.crossed(one.secret, two.signed.document, bytes, to, breathe)],
    [first.envelopes[0], (bytes) => overlap.receivedCrossing(question, 0, first.signed.document, bytes, keys.nodes[0])],
    [message, (bytes) => overlap.openedPair(question, 1, bytes, keys.nodes[1])],
  ];
  for (const [bytes, take] of ways) {
    await expect(take(bytes)).resolves.toBeDefined();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ by;
        await expect(take(changed)).rejects.toThrow('ENVELOPE_BROKEN');
      }),
      { numRuns: 40 },
    );
  }
}, 60_000);
