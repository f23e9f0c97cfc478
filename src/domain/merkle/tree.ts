// An append-only RFC 9162 tree in flat buffers: 64 bytes a leaf, every proof in logarithmic time.
import { EMPTY_ROOT, nodeHash, writeNodeHash } from './hash';

const WIDTH = 32;

export class Tree {
  /** levels[k] holds the roots of the complete subtrees of 2^k leaves, one after another. */
  private readonly levels: Level[] = [new Level()];

  /** A tree of these leaf hashes, in this order. */
  static of(leafHashes: Iterable<Uint8Array>): Tree {
    const tree = new Tree();
    for (const hash of leafHashes) tree.append(hash);
    return tree;
  }

  get size(): number {
    return this.level(0).count;
  }

  /** Adds one leaf hash (32 bytes) at the end. */
  append(hash: Uint8Array): void {
    if (hash.length !== WIDTH) throw new RangeError('a leaf hash has 32 bytes');
    this.level(0).push(hash);
    for (let k = 0; this.level(k).count % 2 === 0; k += 1) {
      if (k + 1 === this.levels.length) this.levels.push(new Level());
      const from = this.level(k);
      this.level(k + 1).pushNode(from.at(from.count - 2), from.at(from.count - 1));
    }
  }

  leaf(index: number): Uint8Array {
    this.within(index, this.size - 1);
    return copy(this.level(0).at(index));
  }

  /** Merkle tree hash of the first `size` leaves (RFC 9162 §2.1.1). */
  root(size: number = this.size): Uint8Array {
    this.within(size, this.size);
    return copy(size === 0 ? EMPTY_ROOT : this.range(0, size));
  }

  /** PATH(index, D[size]), leaf to root (RFC 9162 §2.1.3.1). */
  inclusion(index: number, size: number = this.size): Uint8Array[] {
    this.within(size, this.size);
    this.within(index, size - 1);
    const path: Uint8Array[] = [];
    for (let low = 0, high = size; high - low > 1;) {
      const middle = low + split(high - low);
      const left = index < middle;
      path.push(copy(left ? this.range(middle, high) : this.range(low, middle)));
      if (left) high = middle;
      else low = middle;
    }
    return path.reverse();
  }

  /** PROOF(first, D[second]) (RFC 9162 §2.1.4.1). `first` 0 proves nothing and is an error. */
  consistency(first: number, second: number = this.size): Uint8Array[] {
    this.within(second, this.size);
    this.within(first - 1, second - 1);
    const path: Uint8Array[] = [];
    let low = 0;
    let high = second;
    while (first !== high) {
      const middle = low + split(high - low);
      if (first <= middle) {
        path.push(copy(this.range(middle, high)));
        high = middle;
      } else {
        path.push(copy(this.range(low, middle)));
        low = middle;
      }
    }
    // The old root itself is left out when the old tree is a complete subtree from 0: the verifier has it.
    if (low > 0) path.push(copy(this.range(low, high)));
    return path.reverse();
  }

  private range(low: number, high: number): Uint8Array {
    const width = high - low;
    const half = split(width);
    if (half * 2 === width || width === 1) return this.level(Math.log2(width)).at(low / width);
    return nodeHash(this.range(low, low + half), this.range(low + half, high));
  }

  private level(k: number): Level {
    const level = this.levels[k];
    if (level === undefined) throw new RangeError('no such level');
    return level;
  }

  private within(value: number, most: number): void {
    if (!Number.isInteger(value) || value < 0 || value > most) throw new RangeError('outside the tree');
  }
}

/** The largest power of two smaller than n (RFC 9162 §2.1.1); 0.5 for n = 1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return n === 1 ? 0.5 : k;
}

/** A hash of the caller's own: Buffer.slice would hand out a window into the tree. */
function copy(hash: Uint8Array): Uint8Array {
  return new Uint8Array(hash);
}

/** A growing row of 32-byte hashes. */
class Level {
  count = 0;
  private bytes = Buffer.allocUnsafe(WIDTH * 4);

  at(index: number): Uint8Array {
    return this.bytes.subarray(index * WIDTH, (index + 1) * WIDTH);
  }

  push(hash: Uint8Array): void {
    this.room();
    this.bytes.set(hash, this.count * WIDTH);
    this.count += 1;
  }

  pushNode(left: Uint8Array, right: Uint8Array): void {
    this.room();
    writeNodeHash(left, right, this.bytes, this.count * WIDTH);
    this.count += 1;
  }

  private room(): void {
    if ((this.count + 1) * WIDTH <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
