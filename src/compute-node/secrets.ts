// A node's own secrets in one file, made on the first start: the HPKE seed, and the key that wraps what its database keeps.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { b64u, fromB64u } from '../domain/canonical';

export { unwrap, wrap } from '../platform/wrapping';

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
