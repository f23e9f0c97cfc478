// A seed of 32 bytes stretched into a whole share: what makes two of three shares travel as one line.
import { createCipheriv } from 'node:crypto';
import { sha256, utf8 } from '../../canonical';
import { buffered } from '../../safe-answers/random';
import { WIDE, wideScalar } from '../certificate';

export const SEED_BYTES = 32;

/** `bytes` pseudo-random bytes of (domain, seed): the AES-256-CTR key stream under SHA-256(domain ‖ 0 ‖ seed). */
export function stretch(domain: string, seed: Uint8Array, bytes: number): Uint8Array {
  const cipher = createCipheriv('aes-256-ctr', sha256(utf8(`${domain}\0`), seed), new Uint8Array(16));
  return new Uint8Array(cipher.update(new Uint8Array(bytes)));
}

/** A deterministic source of randomness for samplers: the same seed gives the same draws in the same order. */
export function stream(domain: string, seed: Uint8Array): (bytes: number) => Uint8Array {
  const cipher = createCipheriv('aes-256-ctr', sha256(utf8(`${domain}\0`), seed), new Uint8Array(16));
  return buffered((bytes) => new Uint8Array(cipher.update(new Uint8Array(bytes))));
}

/** `count` scalars of a seed, within 2^−130 of uniform each. */
export function scalarsOf(seed: Uint8Array, count: number): bigint[] {
  const bytes = stretch('aggregora/share-scalars/1', seed, count * WIDE);
  return Array.from({ length: count }, (_, at) => wideScalar(bytes.subarray(at * WIDE, (at + 1) * WIDE)));
}
