// What the rooms of a compute node ask Nest for: its keys, its HPKE pair, its TLS pair, its wrapping key, the ledger, and its program's digest.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const KEYRING = Symbol('keyring');
export const HPKE = Symbol('hpke keys');
export const WRAPPING = Symbol('wrapping key');
export const LEDGER = Symbol('ledger');
export const TLS = Symbol('tls pair');

/** SHA-256 over the code that makes steps and over the package description: goes into every step. */
export const PROGRAM = programDigest();

function programDigest(): string {
  const hash = createHash('sha256');
  for (const path of [
    'computations/stages',
    'computations/computations',
    'computations/turns',
    '../domain/confidential/nodes',
  ]) {
    for (const extension of ['.js', '.ts']) {
      try {
        hash.update(readFileSync(join(__dirname, path + extension)));
        break;
      } catch {
        continue;
      }
    }
  }
  return hash.digest('hex');
}
