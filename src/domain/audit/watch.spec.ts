// fsck names the first wrong record; the monitor says what is missing and how late it is.
import * as fc from 'fast-check';
import { hex, sha256, utf8 } from '../canonical';
import { leafHash, Tree } from '../merkle';
import { leafOf } from '../receipts';
import { fsck, watchAnchors, watchPromises, type StoredLeaf } from '.';

const stored = (count: number): StoredLeaf[] =>
  Array.from({ length: count }, (_, at) => {
    const leaf = leafOf('COMPLETED', sha256(utf8(String(at))));
    return { leaf, hash: leafHash(leaf) };
  });
const leaves = stored(50);
const tree = Tree.of(leaves.map(({ hash }) => hash));
const anchors = [8, 8, 33, 50].map((size, at) => ({ seq: at + 1, size, root: hex(tree.root(size)) }));

describe('fsck', () => {
  test('a whole tree has no fault, also with leaves not yet anchored', () => {
    expect(fsck(leaves, anchors)).toBeUndefined();
    expect(fsck(stored(60), anchors)).toBeUndefined();
    expect(fsck([], [])).toBeUndefined();
  });

  test('any changed bit of a stored leaf is found at its index', () => {
    fc.assert(
      fc.property(fc.nat(49), fc.nat(33), fc.integer({ min: 1, max: 255 }), (index, at, mask) => {
        const broken = leaves.map((record, i) => {
          if (i !== index) return record;
          return { ...record, leaf: record.leaf.map((byte, j) => (j === at ? byte ^ mask : byte)) };
        });
        expect(fsck(broken, anchors)).toEqual({ of: 'leaf', index });
      }),
    );
  });

  test('a leaf replaced together with its hash is found in the first anchor over it', () => {
    const [other] = stored(60).slice(59);
    const replaced = leaves.map((record, at) => (at === 20 && other ? other : record));
    expect(fsck(replaced, anchors)).toEqual({ of: 'root', seq: 3, after: 8, upTo: 33 });
  });

  test('lost leaves and impossible sequences are named', () => {
    expect(fsck(leaves.slice(0, 40), anchors)).toEqual({ of: 'missing', seq: 4, stored: 40, anchored: 50 });
    expect(fsck(leaves, anchors.slice(1))).toEqual({ of: 'sequence', seq: 2 });
    expect(
      fsck(
        leaves,
        anchors.toReversed().map((anchor, at) => ({ ...anchor, seq: at + 1 })),
      ),
    ).toEqual({ of: 'sequence', seq: 2 });
  });
});

describe('monitor', () => {
  const seen = (seq: number, size: number, seenAt: number) => ({ participant: 'city', seq, size, seenAt });

  test('regular anchors raise nothing', () => {
    expect(watchAnchors([seen(1, 256, 0), seen(2, 256, 60_000)], 120_000)).toEqual([]);
    expect(watchAnchors([], 1)).toEqual([]);
  });

  test('a gap, a shrinking tree and a missed heartbeat each raise their own alarm', () => {
    expect(watchAnchors([seen(1, 512, 0), seen(3, 256, 10)], 400_000)).toEqual([
      { of: 'GAP', participant: 'city', seq: 3, expected: 2 },
      { of: 'SHRUNK', participant: 'city', seq: 3 },
      { of: 'SILENT', participant: 'city', forMs: 399_990 },
    ]);
  });

  test.each`
    anchoredAt   | now          | late
    ${undefined} | ${420_000}   | ${0}
    ${undefined} | ${420_001}   | ${1}
    ${400_000}   | ${9_999_999} | ${0}
    ${500_000}   | ${9_999_999} | ${1}
  `(
    'promised by 300,000, anchored $anchoredAt, now $now: $late alarms',
    (row: { anchoredAt?: number; now: number; late: number }) => {
      const promised = { xid: 'x', participant: 'city', anchorBy: 300_000 };
      const kept = row.anchoredAt === undefined ? promised : { ...promised, anchoredAt: row.anchoredAt };
      expect(watchPromises([kept], row.now)).toHaveLength(row.late);
    },
  );
});
