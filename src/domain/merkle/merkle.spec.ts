// Trees against the RFC's own recursive definition, and proofs that hold for the truth only.
import * as fc from 'fast-check';
import { hex, utf8 } from '../canonical';
import {
  append,
  consistencyProof,
  EMPTY,
  frontierRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  Tree,
  verifyConsistency,
  verifyInclusion,
} from '.';

const leaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => leafHash(utf8(String(index))));

/** MTH of RFC 9162 §2.1.1, word for word. */
function definition(list: readonly Uint8Array[]): Uint8Array {
  const [only] = list;
  if (list.length === 1 && only) return only;
  let k = 1;
  while (k * 2 < list.length) k *= 2;
  return nodeHash(definition(list.slice(0, k)), definition(list.slice(k)));
}

test('the empty root, and the well-known root of eight leaves (RFC 6962 reference trees)', () => {
  expect(hex(rootOf([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  const known = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const hashes = known.map((text) => leafHash(Buffer.from(text, 'hex')));
  expect(hex(rootOf(hashes))).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

test('tree, frontier and definition agree at every size', () => {
  const tree = new Tree();
  let frontier = EMPTY;
  leaves(130).forEach((leaf, index, all) => {
    tree.append(leaf);
    frontier = append(frontier, leaf);
    const expected = hex(definition(all.slice(0, index + 1)));
    expect([hex(tree.root()), hex(frontierRoot(frontier)), frontier.size]).toEqual([expected, expected, index + 1]);
  });
});

test('every inclusion proof of every tree up to 40 leaves verifies, at its own index only', () => {
  const all = leaves(40);
  const tree = Tree.of(all);
  for (let size = 1; size <= 40; size += 1) {
    const root = tree.root(size);
    for (let index = 0; index < size; index += 1) {
      const claim = { leafHash: tree.leaf(index), index, size, proof: tree.inclusion(index, size), root };
      expect(verifyInclusion(claim)).toBe(true);
      expect(verifyInclusion({ ...claim, index: index + 1 })).toBe(false);
      expect(verifyInclusion({ ...claim, root: tree.root(size - 1) })).toBe(false);
      expect(verifyInclusion({ ...claim, proof: [...claim.proof, root] })).toBe(false);
    }
    expect(inclusionProof(all.slice(0, size), 0)).toEqual(tree.inclusion(0, size));
  }
});

test('every consistency proof up to 40 leaves verifies, and no forked tree does', () => {
  const all = leaves(40);
  const tree = Tree.of(all);
  const fork = Tree.of(all.map((leaf, index) => (index === 0 ? leafHash(utf8('other')) : leaf)));
  for (let second = 1; second <= 40; second += 1) {
    for (let first = 1; first <= second; first += 1) {
      const claim = {
        first,
        second,
        firstRoot: tree.root(first),
        secondRoot: tree.root(second),
        proof: tree.consistency(first, second),
      };
      expect(verifyConsistency(claim)).toBe(true);
      expect(verifyConsistency({ ...claim, firstRoot: fork.root(first) })).toBe(false);
      expect(verifyConsistency({ ...claim, secondRoot: fork.root(second) })).toBe(false);
      expect(verifyConsistency({ ...claim, proof: fork.consistency(first, second), firstRoot: fork.root(first) })).toBe(
        false,
      );
    }
    expect(consistencyProof(all.slice(0, second), 1)).toEqual(tree.consistency(1, second));
  }
});

test('any changed byte of a proof makes it false', () => {
  const tree = Tree.of(leaves(1000));
  fc.assert(
    fc.property(fc.nat(999), fc.nat(), fc.nat(31), fc.integer({ min: 1, max: 255 }), (index, which, at, flip) => {
      const proof = tree.inclusion(index);
      const target = proof[which % proof.length];
      if (target) target[at] = (target[at] ?? 0) ^ flip;
      expect(verifyInclusion({ leafHash: tree.leaf(index), index, size: 1000, proof, root: tree.root() })).toBe(false);
    }),
  );
});

test('proofs out of thin air: sizes that are not counts, and size 0, are false or errors', () => {
  const tree = Tree.of(leaves(3));
  const claim = { leafHash: tree.leaf(0), index: 0, size: 3, proof: tree.inclusion(0), root: tree.root() };
  for (const odd of [{ size: 2.5 }, { index: -1 }, { size: Number.NaN }, { size: 2 ** 53 }, { size: 0 }]) {
    expect(verifyInclusion({ ...claim, ...odd })).toBe(false);
  }
  expect(() => tree.consistency(0)).toThrow(RangeError);
  expect(() => tree.inclusion(3)).toThrow(RangeError);
  expect(() => {
    tree.append(Uint8Array.of(1));
  }).toThrow(RangeError);
});
