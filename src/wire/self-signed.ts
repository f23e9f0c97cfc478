// P-256 keys with self-signed certificates: what a participant registers, because trust comes from the ledger and not from an issuer.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { b64u } from '../domain/canonical';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEARS = 2;
/** Hyperledger Fabric's attribute extension: raw JSON, as fabric-ca writes it. */
const ATTRIBUTES = '1.2.3.4.5.6.7.8.1';

export interface PairText {
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  /** DER, base64url. */
  readonly certificate: string;
}

/** A new pair for one purpose, which its certificate states. */
export async function selfSigned(
  participant: string,
  use: 'receipt' | 'ledger' | 'tls',
  now: number,
): Promise<PairText> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await freshKey();
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
  return { privateKey: pkcs8(keys.privateKey), certificate: b64u(new Uint8Array(certificate.rawData)) };
}

export const freshKey = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

export const pkcs8 = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ format: 'pem', type: 'pkcs8' }).toString();
