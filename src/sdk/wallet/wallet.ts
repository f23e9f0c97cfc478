// Makes a participant's three keys: receipt, ledger and token, each for one purpose, in one file that only its owner can read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { freshKey, type KeyFile, pkcs8, selfSigned } from '../../wire';

/** New keys with self-signed certificates; on Fabric an enrolment replaces those of the ledger. */
export async function makeKeys(participant: string, now: number): Promise<KeyFile> {
  const [receipt, ledger, token] = await Promise.all([
    selfSigned(participant, 'receipt', now),
    selfSigned(participant, 'ledger', now),
    freshKey(),
  ]);
  return { schema: 'aggregora/keys/1', participant, receipt, ledger, token: { privateKey: pkcs8(token.privateKey) } };
}

/** Writes a key file with mode 0600; never over an existing one. */
export function saveKeys(file: string, keys: KeyFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}
