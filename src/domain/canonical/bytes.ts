// Bytes and their two spellings, hex and base64url, each with exactly one accepted form.
import { Refusal } from '../refusals';

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** Bytes of lower-case hexadecimal; refuses NOT_HEX, also when `length` is given and the byte count differs. */
export function fromHex(text: string, length?: number): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Refusal('NOT_HEX');
  return sized(new Uint8Array(Buffer.from(text, 'hex')), length, 'NOT_HEX');
}

/** base64url without padding (RFC 4648 §5). */
export function b64u(bytes: Uint8Array): string {
  return view(bytes).toString('base64url');
}

/**
 * Bytes of strict base64url; refuses NOT_BASE64URL. Decoders forgive padding, white space and stray trailing bits, so
 * two texts could mean the same bytes; encoding again and comparing leaves exactly one.
 */
export function fromB64u(text: string, length?: number): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new Refusal('NOT_BASE64URL');
  return sized(new Uint8Array(bytes), length, 'NOT_BASE64URL');
}

/** True when both hold the same bytes. Not constant time: nothing compared here is a secret guess. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && view(a).equals(b);
}

/** The parts one after another. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sized(bytes: Uint8Array, length: number | undefined, code: string): Uint8Array {
  if (length !== undefined && bytes.length !== length) throw new Refusal(code, { bytes: bytes.length, length });
  return bytes;
}
