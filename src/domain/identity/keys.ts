// A signing key and its certificate; this room reads certificates and never makes them.
import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { b64u, sha256 } from '../canonical';
import { Refusal } from '../refusals';

/** A P-256 private key with the certificate of its public half. */
export interface Key {
  readonly privateKey: KeyObject;
  /** DER of the X.509 certificate. */
  readonly certificate: Uint8Array;
}

/** `x5t#S256`: base64url of SHA-256 over the certificate's DER (RFC 7515 §4.1.8), 43 characters. */
export function thumbprint(certificateDer: Uint8Array): string {
  return b64u(sha256(certificateDer));
}

/**
 * The P-256 public key of a certificate. Refuses JWS_CERTIFICATE: unreadable, bytes behind the certificate, or another
 * kind of key. Validity and issuer are the caller's question, because only the ledger knows the height that counts.
 */
export function publicKeyOf(certificateDer: Uint8Array): KeyObject {
  const name = thumbprint(certificateDer);
  const known = read.get(name);
  if (known !== undefined) return known;
  const key = readKey(certificateDer);
  const [oldest] = read.keys();
  if (read.size >= REMEMBERED && oldest !== undefined) read.delete(oldest);
  read.set(name, key);
  return key;
}

/** Reading a certificate costs more than checking a signature with its key, and the same few sign again and again. */
const REMEMBERED = 256;
const read = new Map<string, KeyObject>();

function readKey(certificateDer: Uint8Array): KeyObject {
  const certificate = readCertificate(certificateDer);
  const key = certificate.publicKey;
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Refusal('JWS_CERTIFICATE');
  }
  return key;
}

function readCertificate(der: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(der);
    // OpenSSL reads PEM too and ignores what follows the DER: one certificate must have one spelling, hence one thumbprint.
    if (!certificate.raw.equals(der)) throw new Refusal('JWS_CERTIFICATE');
    return certificate;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('JWS_CERTIFICATE');
  }
}

/** Hex SHA-256 of a JWS's text: how one signed statement names another. Never a leaf, never a unique key. */
export function statementDigest(jws: string): string {
  return createHash('sha256').update(jws, 'ascii').digest('hex');
}
