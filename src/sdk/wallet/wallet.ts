// Makes a participant's three keys: receipt, ledger and token, each for one purpose, in one file that only its owner can read.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as x509 from '@peculiar/x509';
import { b64u } from '../../domain/canonical';
import type { KeyFile } from '../../wire';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEARS = 2;
/** Hyperledger Fabric's attribute extension: raw JSON, as fabric-ca writes it. */
const ATTRIBUTES = '1.2.3.4.5.6.7.8.1';

/** New keys with self-signed certificates; on Fabric an enrolment replaces those of the ledger. */
export async function makeKeys(participant: string, now: number): Promise<KeyFile> {
  const [receipt, ledger, token] = await Promise.all([
    pair(participant, 'receipt', now),
    pair(participant, 'ledger', now),
    generate(),
  ]);
  return { schema: 'aggregora/keys/1', participant, receipt, ledger, token: { privateKey: pem(token.privateKey) } };
}

/** Writes a key file with mode 0600; never over an existing one. */
export function saveKeys(file: string, keys: KeyFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

async function pair(participant: string, use: 'receipt' | 'ledger', now: number) {
  x509.cryptoProvider.set(webcrypto);
  const keys = await generate();
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + YEARS);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${participant} ${use}, O=${participant}`,
    notBefore: new Date(now),
    notAfter: until,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.Extension(ATTRIBUTES, false, Buffer.from(JSON.stringify({ attrs: { use } }))),
    ],
  });
  return { privateKey: pem(keys.privateKey), certificate: b64u(new Uint8Array(certificate.rawData)) };
}

const generate = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
const pem = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ format: 'pem', type: 'pkcs8' }).toString();
