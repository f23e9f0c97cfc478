// The values that may travel: JSON as the dx/1 wire profile allows it.

/** A JSON value. On the wire numbers are safe integers only; decimals and larger integers travel as strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = Readonly<Record<string, Json>>;

/** Most containers inside one another, the outermost counted. */
export const MAX_DEPTH = 32;

/** Most bytes of one message: 1 MiB. */
export const MAX_BYTES = 1_048_576;

/** `wire` is the strict profile; `any` is plain RFC 8785 numbers, for conformance tests only. */
export type Numbers = 'wire' | 'any';

/** True for a JSON object (not an array, not null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** False when a string holds half of a surrogate pair, which UTF-8 cannot carry. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
