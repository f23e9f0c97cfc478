// SHA-256, and names made of content: whoever holds the document can check the name.
import { createHash } from 'node:crypto';
import { utf8 } from './bytes';
import type { Json } from './json';
import { canonicalBytes } from './write';

export type ContentId = `sha256:${string}`;

/** SHA-256 of the parts one after another: 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** `sha256:` and the hex of SHA-256(tag ‖ 0x00 ‖ canonical bytes). The tag keeps kinds of documents apart. */
export function contentId(tag: string, value: Json): ContentId {
  const digest = createHash('sha256')
    .update(utf8(`${tag}\0`))
    .update(canonicalBytes(value))
    .digest('hex');
  return `sha256:${digest}`;
}

/** True for `sha256:` and 64 lower-case hex digits. */
export function isContentId(text: string): text is ContentId {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
