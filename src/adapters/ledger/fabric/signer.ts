// A ledger key in this process, for participants that keep theirs in a file; others bring a LedgerSigner of their own.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { fromB64u } from '../../../domain/canonical';
import type { LedgerSigner } from '../../../domain/ledger/port';

/** An identity as the launcher and Fabric CA leave it: cert.pem and key.pem in one folder. */
export function signerFrom(folder: string, participant: string): LedgerSigner {
  const certificate = new X509Certificate(readFileSync(join(folder, 'cert.pem'))).raw;
  return signerWith(participant, certificate, createPrivateKey(readFileSync(join(folder, 'key.pem'))));
}

/** `certificate` is DER; `key` an EC P-256 private key. Not node:crypto for the signature: it hashes what it signs. */
export function signerWith(participant: string, certificate: Uint8Array, key: KeyObject): LedgerSigner {
  const secret = fromB64u(key.export({ format: 'jwk' }).d ?? '');
  return {
    participant,
    certificate,
    sign: (digest) => Promise.resolve(p256.sign(digest, secret, { prehash: false, lowS: true })),
  };
}
