// Large vectors: shares modulo 2^64 add up, the certificate is one number a party, and one node can be checked alone.
import { randomBytes } from 'node:crypto';
import { mod } from '../certificate';
import { linear, sumRoot } from './fingerprint';
import {
  addInto,
  cellsOf,
  centred64,
  checkRoot,
  nodeSumHolds,
  readLarge,
  shareRoot,
  splitLarge,
  writeLarge,
} from './ring64';

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

test('the linear form is the polynomial, also over the edge of a block, and a changed cell changes it', () => {
  const c = 2n ** 251n + 12_345n;
  const cells = BigInt64Array.from({ length: count }, (_, at) => BigInt(at * at) - 4_000_000n);
  const plain = cells.reduceRight((sum, cell) => mod((sum + cell) * c), 0n);
  expect(linear(cells, c)).toBe(plain);
  for (const at of [0, 1023, 1024, count - 1]) {
    const changed = cells.slice();
    changed[at] = (changed[at] ?? 0n) + 1n;
    expect(linear(changed, c)).not.toBe(plain);
  }
  expect([linear(new BigInt64Array(1), c), linear(BigInt64Array.of(-1n), 1n)]).toEqual([0n, mod(-1n)]);
});

test('a sum and its masks are bound by one hash: neither can be changed alone', () => {
  const [sum] = nodeTotals() as [BigUint64Array];
  const mask = random(32);
  const root = sumRoot(sum, mask);
  expect(sumRoot(sum, random(32))).not.toBe(root);
  sum[5] = (sum[5] ?? 0n) + 1n;
  expect(sumRoot(sum, mask)).not.toBe(root);
});

test('a node that adds one is caught from its own shares alone', () => {
  const own = all.map((shares) => shares[2]);
  const [, , total] = nodeTotals() as [BigUint64Array, BigUint64Array, BigUint64Array];
  const roots = own.map((share) => shareRoot(share, count));
  expect(nodeSumHolds(own, roots, new BigInt64Array(count), total)).toBe(true);
  total[7] = (total[7] ?? 0n) + 1n;
  expect(nodeSumHolds(own, roots, new BigInt64Array(count), total)).toBe(false);
});
