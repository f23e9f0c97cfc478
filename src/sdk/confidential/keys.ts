// A searcher's own confidential keys in one file: the seed of its HPKE pair, and in mode H its SEAL pair. The hash goes on the ledger.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { b64u, fromB64u, hex, sha256 } from '../../domain/canonical';
import {
  envelopeKeys,
  KEY_STREAM,
  keyCommand,
  keyThumbprint,
  registeredKey,
  registeredTlsKey,
  TLS_STREAM,
  type EnvelopeKeys,
} from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { ledgerSigner, type Keyring, type TlsPair } from '../../wire';
import { SealWorker } from '../../compute-node/seal';
import { say } from '../ledger';

export interface SealKeys {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

interface KeyText {
  readonly hpkeSeed: string;
  readonly seal?: { readonly secret: string; readonly publicKey: string };
}

/** Mode 0600; made when it is missing. */
export class ConfidentialKeys {
  constructor(private readonly file: string) {
    if (existsSync(file)) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.write({ hpkeSeed: b64u(randomBytes(32)) });
  }

  hpke(): Promise<EnvelopeKeys> {
    return envelopeKeys(fromB64u(this.read().hpkeSeed, 32));
  }

  async seal(worker: SealWorker): Promise<SealKeys> {
    const kept = this.read();
    if (kept.seal !== undefined)
      return { secret: fromB64u(kept.seal.secret), publicKey: fromB64u(kept.seal.publicKey) };
    const made = await worker.run('searcherKey');
    this.write({ ...kept, seal: { secret: b64u(made.secret), publicKey: b64u(made.publicKey) } });
    return made;
  }

  private read(): KeyText {
    return JSON.parse(readFileSync(this.file, 'utf8')) as KeyText;
  }

  private write(text: KeyText): void {
    writeFileSync(this.file, `${JSON.stringify(text)}\n`, { mode: 0o600 });
  }
}

/** Records the hash of the HPKE key under the searcher's own ledger key, unless it is there. */
export async function registerKey(ledger: Ledger, keys: Keyring, publicKey: Uint8Array): Promise<void> {
  const known = await registered(registeredKey(ledger, keys.participant));
  if (known === keyThumbprint(publicKey)) return;
  await record(ledger, keys, keyCommand(KEY_STREAM, hex(sha256(publicKey))));
}

/** The same of the TLS key with which this participant calls compute nodes. */
export async function registerTlsKey(ledger: Ledger, keys: Keyring, { pin }: TlsPair): Promise<void> {
  if ((await registered(registeredTlsKey(ledger, keys.participant))) === pin) return;
  await record(ledger, keys, keyCommand(TLS_STREAM, pin));
}

const registered = (key: Promise<string>): Promise<string | undefined> =>
  key.catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'KEY_NOT_REGISTERED') return undefined;
    throw error;
  });

const record = (ledger: Ledger, keys: Keyring, command: ReturnType<typeof keyCommand>): Promise<unknown> =>
  say(ledger, command, ledgerSigner(keys));
