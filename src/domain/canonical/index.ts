// The room's door: canonical JSON, bytes, digests.
export { b64u, bytesEqual, concatBytes, fromB64u, fromHex, hex, utf8 } from './bytes';
export { contentId, isContentId, sha256, type ContentId } from './digest';
export { isObject, MAX_BYTES, MAX_DEPTH, type Json, type JsonObject, type Numbers } from './json';
export { readCanonical, readStrict } from './read';
export { canonicalRefusals } from './refusals';
export { canonicalBytes, canonicalText } from './write';
