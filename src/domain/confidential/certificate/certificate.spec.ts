// The sum certificate: right sums pass, any wrong one fails, and the wrong part is named.
import { randomBytes } from 'node:crypto';
import { pippenger } from '@noble/curves/abstract/curve.js';
import * as fc from 'fast-check';
import {
  addCommitments,
  addOpenings,
  blame,
  batchOpens,
  commit,
  generators,
  mod,
  multiScalar,
  opens,
  ORDER,
  Point,
  randomScalar,
  readPoint,
  sumHolds,
  writePoint,
} from '.';

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
const opening = (cells: readonly bigint[]) => ({ cells, blinding: randomScalar(random) });

test('our product agrees with the library on every size and sign of scalar', () => {
  const scalar = fc.oneof(
    fc.bigInt({ min: 0n, max: ORDER - 1n }),
    fc.bigInt({ min: -1000n, max: 1000n }),
    fc.constantFrom(0n, 1n, -1n, ORDER - 1n, ORDER / 2n, ORDER / 2n + 1n),
  );
  fc.assert(
    fc.property(fc.array(scalar, { minLength: 1, maxLength: 40 }), (scalars) => {
      const points = [...generators(scalars.length)];
      return multiScalar(points, scalars).equals(pippenger(Point, points, scalars.map(mod)));
    }),
    { numRuns: 60 },
  );
});

test('repeated and identity points are summed like any other', () => {
  const [g] = generators(1) as [Point];
  expect(multiScalar([g, g, Point.ZERO], [5n, -3n, 9n]).equals(g.multiply(2n))).toBe(true);
  expect(multiScalar([g], [0n]).equals(Point.ZERO)).toBe(true);
});

test('commitments add up to the commitment of the sum', () => {
  const a = opening([1n, -2n, 3n]);
  const b = opening([10n, 20n, ORDER - 5n]);
  expect(opens(addCommitments([commit(a), commit(b)]), addOpenings([a, b]))).toBe(true);
  expect(sumHolds([commit(a), commit(b)], [a, { ...b, cells: [10n, 21n, ORDER - 5n] }])).toBe(false);
});

test('a batch passes only when every opening is right, and blame names the wrong ones alone', () => {
  const claims = Array.from({ length: 9 }, (_, at) => {
    const one = opening([BigInt(at), 7n]);
    return { by: `r${String(at)}`, commitment: commit(one), opening: one };
  });
  expect(batchOpens(claims, random)).toBe(true);
  const cheated = claims.map((claim, at) =>
    at === 2 || at === 7 ? { ...claim, opening: { ...claim.opening, cells: [BigInt(at) + 1n, 6n] } } : claim,
  );
  expect(blame(cheated, random)).toEqual(['r2', 'r7']);
});

test('points have one spelling', () => {
  const point = commit(opening([4n]));
  expect(readPoint(writePoint(point)).equals(point)).toBe(true);
  expect(() => readPoint('A')).toThrow('POINT_MALFORMED');
  expect(() => readPoint(Buffer.alloc(32, 255).toString('base64url'))).toThrow('POINT_MALFORMED');
});
