// Participants of the stage: real ECDSA P-256 keys by name, so that every forged signature is really checked.
import { generateKeyPairSync, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import type { Sign, Verify } from '../../../src/domain/confidential';

const keys = new Map<string, { privateKey: KeyObject; publicKey: KeyObject }>();

function keyOf(name: string) {
  const known = keys.get(name) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  keys.set(name, known);
  return known;
}

export const signAs =
  (name: string): Sign =>
  (bytes) =>
    sign('sha256', bytes, { key: keyOf(name).privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
export const verifyAny: Verify = (by, bytes, signature) =>
  verify('sha256', bytes, { key: keyOf(by).publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
export const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
