// The door for every exchange message: bytes come in only if they are already their own canonical form.
import { Refusal } from '../refusals';
import { bytesEqual } from './bytes';
import { MAX_BYTES, type Json, type Numbers } from './json';
import { parseStrict } from './parse';
import { canonicalText } from './write';

/**
 * The value of canonical bytes. Refuses TOO_LARGE (above `limit` bytes), NOT_UTF8, BYTE_ORDER_MARK, everything of
 * `parseStrict`, and NOT_CANONICAL when the bytes differ from the RFC 8785 form of what they mean.
 */
export function readCanonical(bytes: Uint8Array, limit: number = MAX_BYTES): Json {
  const value = readStrict(bytes, limit);
  const again = new TextEncoder().encode(canonicalText(value));
  if (!bytesEqual(bytes, again)) throw new Refusal('NOT_CANONICAL');
  return value;
}

/** The value of JSON bytes in any order and spacing; refuses as `readCanonical`, except NOT_CANONICAL. */
export function readStrict(bytes: Uint8Array, limit: number = MAX_BYTES, numbers: Numbers = 'wire'): Json {
  if (bytes.length > limit) throw new Refusal('TOO_LARGE', { bytes: bytes.length, limit });
  const text = decode(bytes);
  if (text.startsWith('\ufeff')) throw new Refusal('BYTE_ORDER_MARK');
  return parseStrict(text, numbers);
}

function decode(bytes: Uint8Array): string {
  try {
    // ignoreBOM keeps the mark in the text, so that it can be refused instead of vanishing.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal('NOT_UTF8');
  }
}
