// Secrets at rest: AES-256-GCM under a program's wrapping key, bound to what each is for.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { utf8 } from '../domain/canonical';

/** Random 96-bit nonce ‖ tag ‖ ciphertext. */
export function wrap(key: Uint8Array, purpose: string, secret: Uint8Array): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(utf8(purpose));
  const body = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Throws when the bytes were altered, or wrapped for something else. */
export function unwrap(key: Uint8Array, purpose: string, wrapped: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12)).setAAD(utf8(purpose));
  decipher.setAuthTag(wrapped.subarray(12, 28));
  return new Uint8Array(Buffer.concat([decipher.update(wrapped.subarray(28)), decipher.final()]));
}
