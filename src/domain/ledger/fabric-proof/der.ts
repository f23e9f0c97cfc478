// ECDSA signatures between their two spellings: DER as Fabric has them, r‖s as JOSE and this project have them.
import { concatBytes } from '../../canonical';

const HALF = 32;

function integer(half: Uint8Array): Uint8Array {
  const first = half.findIndex((byte) => byte !== 0);
  const magnitude = half.subarray(first < 0 ? half.length - 1 : first);
  const body = (magnitude[0] ?? 0) > 0x7f ? concatBytes(new Uint8Array(1), magnitude) : magnitude;
  return concatBytes(Uint8Array.of(2, body.length), body);
}

/** DER SEQUENCE { INTEGER r, INTEGER s } (RFC 3279 §2.2.3) of 64 bytes r‖s. */
export function derOf(signature: Uint8Array): Uint8Array {
  const body = concatBytes(integer(signature.subarray(0, HALF)), integer(signature.subarray(HALF)));
  return concatBytes(Uint8Array.of(0x30, body.length), body);
}

/** The 64 bytes r‖s, or undefined for anything that is not the one DER encoding of two numbers below 2^256. */
export function rawOf(der: Uint8Array): Uint8Array | undefined {
  const r = numberAt(der, 2);
  const s = r === undefined ? undefined : numberAt(der, 4 + r.length);
  if (r === undefined || s === undefined) return undefined;
  const raw = concatBytes(padded(r), padded(s));
  const again = raw.length === 2 * HALF ? derOf(raw) : new Uint8Array();
  return again.length === der.length && again.every((byte, at) => byte === der[at]) ? raw : undefined;
}

function numberAt(der: Uint8Array, at: number): Uint8Array | undefined {
  const length = der[at + 1] ?? 0;
  const body = der.subarray(at + 2, at + 2 + length);
  return der[at] === 2 && length > 0 && length <= HALF + 1 && body.length === length ? body : undefined;
}

function padded(number: Uint8Array): Uint8Array {
  const magnitude = number.length > HALF ? number.subarray(number.length - HALF) : number;
  return concatBytes(new Uint8Array(HALF - magnitude.length), magnitude);
}
