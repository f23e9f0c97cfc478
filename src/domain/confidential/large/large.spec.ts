// Large vectors: shares modulo 2^64 add up, tiles are certified after the fact, and one node can be checked alone.
import { randomBytes } from 'node:crypto';
import {
  addInto,
  auditedTiles,
  cellsOf,
  centred64,
  checkRoot,
  commitTile,
  nodeSumHolds,
  readLarge,
  shareRoot,
  splitLarge,
  TILE,
  tileBlinding,
  tileOpening,
  writeLarge,
} from './ring64';
import { addCommitments, mod, opens } from '../certificate';

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
const count = 3000;
const parts = [1n, -2n, 5n].map((by) => BigInt64Array.from({ length: count }, (_, at) => BigInt(at) * by));
const all = parts.map((part) => splitLarge(part, random));

function nodeTotals(): BigUint64Array[] {
  return [0, 1, 2].map((node) =>
    all.reduce<BigUint64Array>(
      (total, shares) => addInto(total, cellsOf(shares[node] ?? { seed: random(32) }, count)),
      new BigUint64Array(count),
    ),
  );
}

test('the three totals add up to the sum of all parts', () => {
  const [a, b, c] = nodeTotals() as [BigUint64Array, BigUint64Array, BigUint64Array];
  expect(centred64(addInto(addInto(a, b), c))).toEqual(
    BigInt64Array.from({ length: count }, (_, at) => BigInt(at) * 4n),
  );
});

test('shares come back from the wire and match their root; any other length or cell is refused', () => {
  const [first, , third] = all[0] ?? splitLarge(new BigInt64Array(count), random);
  for (const share of [first, third])
    checkRoot(readLarge(writeLarge(share), count), count, shareRoot(share, count), 'r');
  expect(() => readLarge(new Uint8Array(33), count)).toThrow('SHARE_MALFORMED');
  const bytes = writeLarge(third);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  expect(() => {
    checkRoot(readLarge(bytes, count), count, shareRoot(third, count), 'r');
  }).toThrow('SHARE_MISMATCH');
});

test('a certified tile holds for the right answer and fails for a changed cell', () => {
  const answer = BigInt64Array.from({ length: count }, (_, at) => BigInt(at) * 4n);
  for (const tile of auditedTiles(random(32), count, 2)) {
    const commitment = addCommitments(parts.map((part, at) => commitTile(part, all[at] ?? [], tile)));
    const blinding = mod(all.flat().reduce((sum, { seed }) => sum + tileBlinding(seed, tile), 0n));
    expect(opens(commitment, tileOpening(answer, blinding, tile))).toBe(true);
    const changed = answer.slice();
    changed[tile * TILE] = (changed[tile * TILE] ?? 0n) + 1n;
    expect(opens(commitment, tileOpening(changed, blinding, tile))).toBe(false);
  }
});

test('a node that adds one is caught from its own shares alone', () => {
  const own = all.map((shares) => shares[2]);
  const [, , total] = nodeTotals() as [BigUint64Array, BigUint64Array, BigUint64Array];
  const roots = own.map((share) => shareRoot(share, count));
  expect(nodeSumHolds(own, roots, new BigInt64Array(count), total)).toBe(true);
  total[7] = (total[7] ?? 0n) + 1n;
  expect(nodeSumHolds(own, roots, new BigInt64Array(count), total)).toBe(false);
});
