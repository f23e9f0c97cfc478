// The proof that whoever sends a token holds its key: RFC 9449 §4.3, with jose doing the cryptography.
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWK } from 'jose';
import { Refusal } from '../../domain/refusals';

export interface HttpCall {
  readonly authorization: string | undefined;
  readonly dpop: string | undefined;
  readonly method: string;
  /** The public address of the route, without query and fragment. */
  readonly url: string;
}

export interface Proof {
  readonly jkt: string;
  readonly jti: string;
}

/** Seconds a proof may be old or ahead of our clock. */
export const PROOF_WINDOW_S = 60;

/** Returns key thumbprint and id of a valid proof for this call and token. Refuses DPOP_INVALID. */
export async function checkProof(call: HttpCall, token: string, now: number): Promise<Proof> {
  if (call.dpop === undefined) throw new Refusal('TOKEN_UNBOUND');
  try {
    const { payload, protectedHeader } = await jwtVerify(call.dpop, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      currentDate: new Date(now),
      maxTokenAge: PROOF_WINDOW_S,
      clockTolerance: PROOF_WINDOW_S,
    });
    const ath = createHash('sha256').update(token).digest('base64url');
    const fits = payload['htm'] === call.method && payload['htu'] === call.url && payload['ath'] === ath;
    if (!fits || typeof payload.jti !== 'string' || payload.jti.length > 128) throw new Error('proof does not fit');
    return { jkt: await calculateJwkThumbprint(protectedHeader.jwk as JWK, 'sha256'), jti: payload.jti };
  } catch {
    throw new Refusal('DPOP_INVALID');
  }
}
