// Mode S: what comes out is the sum of what went in, and what a node holds is independent of it.
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { addCommitments, addOpenings, centred, commit, mod, opens, ORDER } from '../certificate';
import { openingOf, readShare, scalarsOf, split, stretch, writeShare } from '.';

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
const vector = fc.array(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), { minLength: 4, maxLength: 4 });

test('shares of any vectors add up to their sum, and each opens its commitment', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      const made = [a, b].map((cells) => split(cells, random));
      const openings = made.flatMap(({ shares }) => shares.map((share) => openingOf(share, 4)));
      const commitments = made.flatMap((one) => [...one.commitments]);
      openings.forEach((opening, at) => {
        expect(commitments[at]?.equals(commit(opening))).toBe(true);
      });
      const total = addOpenings(openings);
      expect(total.cells.map(centred)).toEqual(a.map((cell, at) => cell + (b[at] ?? 0n)));
      expect(opens(addCommitments(commitments), total)).toBe(true);
    }),
    { numRuns: 10 },
  );
});

test('two shares are the same whatever the vector is: they are made of randomness alone', () => {
  const tape = (): ((bytes: number) => Uint8Array) => {
    let at = 0;
    return (bytes) => stretch(`tape ${String(at++)}`, new Uint8Array(32), bytes);
  };
  const [one, other] = [split([1n, 2n], tape()), split([900n, -900n], tape())];
  expect(one.shares.slice(0, 2)).toEqual(other.shares.slice(0, 2));
  expect(one.commitments.slice(0, 2).map((c) => c.toHex())).toEqual(
    other.commitments.slice(0, 2).map((c) => c.toHex()),
  );
  expect(one.shares[2]).not.toEqual(other.shares[2]);
});

test('seeds stretch into scalars below the order, the same each time', () => {
  const seed = random(32);
  expect(scalarsOf(seed, 50)).toEqual(scalarsOf(seed, 50));
  expect(scalarsOf(seed, 50).every((value) => value >= 0n && value < ORDER)).toBe(true);
});

test.each([
  ['another tag', (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, at) => (at === 0 ? 3 : byte))],
  ['one byte more', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0])],
  ['one byte less', (bytes: Uint8Array) => bytes.slice(0, -1)],
  [
    'a cell at the order',
    (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, at) => (at >= 33 && at < 65 ? 255 : byte)),
  ],
  ['nothing', () => new Uint8Array(0)],
])('a share with %s is refused', (_, spoil) => {
  const [, , third] = split([1n, 2n, mod(-3n)], random).shares;
  expect(() => readShare(spoil(writeShare(third)), 3)).toThrow('SHARE_MALFORMED');
});
