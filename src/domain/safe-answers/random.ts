// Uniform integers from random bytes by rejection: every sampler stands on this and on nothing else.
import { BITS_OF_BYTE, bitLength } from './bits';

/** `bytes` fresh uniform bytes; the operating system's generator outside of tests. */
export type Random = (bytes: number) => Uint8Array;

function read(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = 0; at < bytes.length; at += 6) {
    let word = 0;
    const end = Math.min(at + 6, bytes.length);
    for (let i = at; i < end; i += 1) word = word * 256 + (bytes[i] ?? 0);
    value = (value << BigInt((end - at) * BITS_OF_BYTE)) | BigInt(word);
  }
  return value;
}

/**
 * A uniform integer in [0, n). Reads ⌈bits/8⌉ big-endian bytes with bits = length of n − 1, clears the bits above, and
 * reads again while the value is n or more; reads nothing for n = 1. Folding with a remainder instead would bias the draw.
 */
export function uniformBelow(n: bigint, random: Random): bigint {
  if (n <= 0n) throw new RangeError('uniformBelow needs a positive bound');
  if (n === 1n) return 0n;
  const bits = bitLength(n - 1n);
  const bytes = Math.ceil(bits / BITS_OF_BYTE);
  const spare = BigInt(bytes * BITS_OF_BYTE - bits);
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    const all = read(random(bytes));
    const value = spare === 0n ? all : all & mask;
    if (value < n) return value;
  }
}

/** The same bytes in the same order, fetched `chunk` at a time: a system call a draw would cost more than the draw. */
export function buffered(random: Random, chunk = 4096): Random {
  let stock = new Uint8Array(0);
  let at = 0;
  return (bytes) => {
    if (stock.length - at < bytes) {
      const rest = stock.subarray(at);
      const fresh = random(Math.max(chunk, bytes));
      const joined = new Uint8Array(rest.length + fresh.length);
      joined.set(rest);
      joined.set(fresh, rest.length);
      [stock, at] = [joined, 0];
    }
    at += bytes;
    return stock.subarray(at - bytes, at);
  };
}
