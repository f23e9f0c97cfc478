// Compact JWS ES256 (RFC 7515, RFC 7518 §3.4) with exactly one accepted form of every signed statement.
import { sign, verify } from 'node:crypto';
import { b64u, canonicalBytes, fromB64u, readCanonical, utf8, type Json } from '../canonical';
import { Refusal } from '../refusals';
import { publicKeyOf, thumbprint, type Key } from './keys';
import { isLowS, toLowS } from './low-s';

const SHAPE = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;

/** The JWS of a payload, signed with the key; low-S, header exactly {alg, typ, x5t#S256}. */
export function signJws(typ: string, payload: Json, key: Key): string {
  const input = signingInput(typ, payload, key.certificate);
  return assembleJws(input, sign('sha256', utf8(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }));
}

/** What is signed, for keys that live elsewhere (an HSM): ASCII of `header.payload`. */
export function signingInput(typ: string, payload: Json, certificateDer: Uint8Array): string {
  return `${headerSegment(typ, certificateDer)}.${b64u(canonicalBytes(payload))}`;
}

/** The JWS of a signing input and a raw r‖s signature of 64 bytes; normalised to low-S. */
export function assembleJws(input: string, signature: Uint8Array): string {
  return `${input}.${b64u(toLowS(new Uint8Array(signature)))}`;
}

/**
 * The payload of a JWS that this certificate signed. Refuses JWS_SHAPE, JWS_ENCODING, JWS_HEADER (any other header, typ or
 * certificate), JWS_HIGH_S, JWS_SIGNATURE, JWS_PAYLOAD (not canonical), JWS_CERTIFICATE.
 */
export function verifyJws(jws: string, typ: string, certificateDer: Uint8Array): Json {
  const [header, payload, signature] = segments(jws);
  if (header !== headerSegment(typ, certificateDer)) throw new Refusal('JWS_HEADER');
  const raw = decode(signature);
  if (!isLowS(raw)) throw new Refusal('JWS_HIGH_S');
  const key = { key: publicKeyOf(certificateDer), dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', utf8(`${header}.${payload}`), key, raw)) throw new Refusal('JWS_SIGNATURE');
  return readPayload(decode(payload));
}

/** The payload of a JWS, signature NOT checked: only to find out whom to ask. Refuses JWS_SHAPE, JWS_ENCODING, JWS_PAYLOAD. */
export function peekJws(jws: string): Json {
  return readPayload(decode(segments(jws)[1]));
}

function segments(jws: string): [string, string, string] {
  const [, header, payload, signature] = SHAPE.exec(jws) ?? [];
  if (header === undefined || payload === undefined || signature === undefined) throw new Refusal('JWS_SHAPE');
  return [header, payload, signature];
}

/** The one header allowed. Comparing text leaves no room for jwk, jku, x5c, crit, spaces or another order. */
function headerSegment(typ: string, certificateDer: Uint8Array): string {
  return b64u(canonicalBytes({ alg: 'ES256', typ, 'x5t#S256': thumbprint(certificateDer) }));
}

function decode(segment: string): Uint8Array {
  try {
    return fromB64u(segment);
  } catch {
    throw new Refusal('JWS_ENCODING');
  }
}

function readPayload(bytes: Uint8Array): Json {
  try {
    return readCanonical(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal('JWS_PAYLOAD', { why: error.code });
  }
}
