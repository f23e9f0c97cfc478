// Documents signed with receipt keys: ECDSA P-256 over SHA-256, raw r‖s, low-S, base64url, as receipts have it.
import { sign, verify } from 'node:crypto';
import { b64u, fromB64u } from '../canonical';
import { publicKeyOf, type Key } from '../identity';
import { isLowS, toLowS } from '../identity/low-s';
import type { Sign, Verify } from './signed';

/** Signs as the holder of a receipt key. */
export const signerOf =
  ({ privateKey }: Pick<Key, 'privateKey'>): Sign =>
  (bytes) =>
    b64u(toLowS(new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }))));

/** Checks against certificates (DER) by name; a name that is not in the map has signed nothing. */
export const verifierOf =
  (certificates: ReadonlyMap<string, Uint8Array>): Verify =>
  (by, bytes, signature) => {
    const der = certificates.get(by);
    if (der === undefined) return false;
    const raw = rawOf(signature);
    return (
      raw !== undefined &&
      isLowS(raw) &&
      verify('sha256', bytes, { key: publicKeyOf(der), dsaEncoding: 'ieee-p1363' }, raw)
    );
  };

function rawOf(signature: string): Uint8Array | undefined {
  try {
    return fromB64u(signature, 64);
  } catch {
    return undefined;
  }
}
