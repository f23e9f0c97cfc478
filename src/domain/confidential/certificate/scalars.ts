// Integers modulo the group order: reduction, centring, bytes, and uniform draws.
import { Refusal } from '../../refusals';
import { ORDER } from './group';

const HALF = ORDER / 2n;
export const SCALAR_BYTES = 32;

/** The representative in [0, ORDER). */
export function mod(value: bigint): bigint {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/** The representative nearest to zero: how a sum of small signed numbers comes back. */
export const centred = (value: bigint): bigint => (value > HALF ? value - ORDER : value);

/** The integer of little-endian bytes. */
export function readInteger(bytes: Uint8Array): bigint {
  const text = Buffer.from(bytes).reverse().toString('hex');
  return text === '' ? 0n : BigInt(`0x${text}`);
}

/** `length` little-endian bytes of a non-negative integer that fits. */
export function writeInteger(value: bigint, length: number): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex').reverse());
}

/** 32 little-endian bytes a scalar, one after another. */
export function writeScalars(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * SCALAR_BYTES);
  values.forEach((value, at) => {
    bytes.set(writeInteger(mod(value), SCALAR_BYTES), at * SCALAR_BYTES);
  });
  return bytes;
}

/** The scalars of exactly `count`·32 bytes; refuses SHARE_MALFORMED, also for a number that is not reduced. */
export function readScalars(bytes: Uint8Array, count: number): bigint[] {
  if (bytes.length !== count * SCALAR_BYTES) throw new Refusal('SHARE_MALFORMED', { bytes: bytes.length, count });
  return Array.from({ length: count }, (_, at) => {
    const value = readInteger(bytes.subarray(at * SCALAR_BYTES, (at + 1) * SCALAR_BYTES));
    if (value >= ORDER) throw new Refusal('SHARE_MALFORMED', { at });
    return value;
  });
}

/** 48 bytes taken modulo the 253-bit order: the distance from uniform is below 2^−130. */
export const WIDE = 48;
export const wideScalar = (bytes: Uint8Array): bigint => readInteger(bytes) % ORDER;
export const randomScalar = (random: (bytes: number) => Uint8Array): bigint => wideScalar(random(WIDE));

/** Cell by cell sum modulo the order. */
export const addVectors = (a: readonly bigint[], b: readonly bigint[]): bigint[] =>
  a.map((value, at) => mod(value + (b[at] ?? 0n)));
