// The one way a value becomes bytes: RFC 8785, so that two parties who mean the same hash the same.
import { Refusal } from '../refusals';
import { isWellFormed, MAX_BYTES, MAX_DEPTH, type Json, type Numbers } from './json';

/**
 * RFC 8785 text of a value. Refuses NUMBER_UNSAFE, STRING_NOT_WELL_FORMED, STRING_HAS_NUL, KEY_FORBIDDEN, TOO_DEEP.
 * A value that is not JSON at all (undefined, a Date, a bigint) is a bug of the caller and throws TypeError.
 */
export function canonicalText(value: Json, numbers: Numbers = 'wire'): string {
  return write(value, numbers, 1);
}

/** RFC 8785 bytes of a value under the wire profile. Refuses as `canonicalText`, and TOO_LARGE above `limit` bytes. */
export function canonicalBytes(value: Json, limit: number = MAX_BYTES): Uint8Array {
  const bytes = new TextEncoder().encode(canonicalText(value));
  if (bytes.length > limit) throw new Refusal('TOO_LARGE', { bytes: bytes.length, limit });
  return bytes;
}

function write(value: unknown, numbers: Numbers, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, numbers);
    case 'number':
      return writeNumber(value, numbers);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeContainer(value, numbers, depth);
    default:
      throw new TypeError(`not a JSON value: ${typeof value}`);
  }
}

function writeContainer(value: object, numbers: Numbers, depth: number): string {
  if (depth > MAX_DEPTH) throw new Refusal('TOO_DEEP', { limit: MAX_DEPTH });
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item: unknown) => write(item, numbers, depth + 1)).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Compared by shape, not identity: test runners give each file its own Object.prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new TypeError('not a plain object');
  const fields = value as Readonly<Record<string, unknown>>;
  // RFC 8785 §3.2.3: keys in UTF-16 code unit order, which is what sort() without a comparator does.
  const members = Object.keys(fields)
    .sort()
    .map((key) => `${writeKey(key, numbers)}:${write(fields[key], numbers, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function writeKey(key: string, numbers: Numbers): string {
  if (key === '__proto__') throw new Refusal('KEY_FORBIDDEN');
  return writeString(key, numbers);
}

function writeString(text: string, numbers: Numbers): string {
  if (!isWellFormed(text)) throw new Refusal('STRING_NOT_WELL_FORMED');
  if (numbers === 'wire' && text.includes('\0')) throw new Refusal('STRING_HAS_NUL');
  return JSON.stringify(text); // RFC 8785 §3.2.2.2 is ECMAScript's own escaping
}

function writeNumber(value: number, numbers: Numbers): string {
  const allowed = numbers === 'wire' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!allowed) throw new Refusal('NUMBER_UNSAFE');
  return JSON.stringify(value); // RFC 8785 §3.2.2.3 is ECMAScript's own form; -0 becomes 0
}
