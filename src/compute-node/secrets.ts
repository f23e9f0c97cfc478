// A node's own secrets in one file, made on the first start: the HPKE seed, and the key that wraps what its database keeps.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { b64u, fromB64u, utf8 } from '../domain/canonical';

export interface NodeSecrets {
  readonly hpkeSeed: Uint8Array;
  readonly wrapping: Uint8Array;
}

export function readNodeSecrets(file: string): NodeSecrets {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const made = { hpkeSeed: b64u(randomBytes(32)), wrapping: b64u(randomBytes(32)) };
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
  }
  const { hpkeSeed, wrapping } = JSON.parse(readFileSync(file, 'utf8')) as { hpkeSeed: string; wrapping: string };
  return { hpkeSeed: fromB64u(hpkeSeed, 32), wrapping: fromB64u(wrapping, 32) };
}

/** AES-256-GCM under the node's wrapping key: random 96-bit nonce ‖ tag ‖ ciphertext, bound to what it is for. */
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
