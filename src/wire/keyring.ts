// A participant's key file: receipt key, ledger key and token key, each for one purpose.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { p256 } from '@noble/curves/nist.js';
import { z } from 'zod';
import { fromB64u } from '../domain/canonical';
import type { Key } from '../domain/identity';
import type { LedgerSigner } from '../domain/ledger/port';
import { Refusal } from '../domain/refusals';

const KeyPair = z.strictObject({ privateKey: z.string(), certificate: z.string() });

/** The file's shape: PKCS#8 PEM private keys, DER certificates in base64url. */
export const KeyFile = z.strictObject({
  schema: z.literal('aggregora/keys/1'),
  participant: z.string(),
  receipt: KeyPair,
  ledger: KeyPair,
  token: z.strictObject({ privateKey: z.string() }),
});
export type KeyFile = z.infer<typeof KeyFile>;

export interface Keyring {
  readonly participant: string;
  readonly receipt: Key;
  readonly ledger: Key;
  readonly token: KeyObject;
}

/** Reads a key file. Refuses KEYRING_UNREADABLE without saying what is in it. */
export function readKeyring(file: string): Keyring {
  try {
    return openKeyring(KeyFile.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    throw new Refusal('KEYRING_UNREADABLE', { file });
  }
}

export function openKeyring(file: KeyFile): Keyring {
  const pair = (key: KeyFile['receipt']): Key => ({
    privateKey: createPrivateKey(key.privateKey),
    certificate: fromB64u(key.certificate),
  });
  return {
    participant: file.participant,
    receipt: pair(file.receipt),
    ledger: pair(file.ledger),
    token: createPrivateKey(file.token.privateKey),
  };
}

/** The ledger's view of a keyring: signs digests, never shows the key. */
export function ledgerSigner(keyring: Keyring): LedgerSigner {
  return {
    participant: keyring.participant,
    certificate: keyring.ledger.certificate,
    sign: (digest) => Promise.resolve(signDigest(keyring.ledger.privateKey, digest)),
  };
}

/** ECDSA P-256 over a digest as it is, low-S. Not node:crypto, which hashes what it signs; one signature a batch, so speed is no matter. */
function signDigest(key: KeyObject, digest: Uint8Array): Uint8Array {
  const secret = fromB64u(key.export({ format: 'jwk' }).d ?? '');
  return p256.sign(digest, secret, { prehash: false, lowS: true });
}
