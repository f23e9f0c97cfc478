// Accepts an access token only with its issuer's signature, for this audience, in time, and bound to the caller's key.
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { roles as allRoles } from '../../domain/identity';
import { Refusal } from '../../domain/refusals';
import type { Caller } from './caller';
import { checkProof, PROOF_WINDOW_S, type HttpCall } from './dpop';

export interface VerifierSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's keys, from its JWKS address or from memory. */
  readonly keys: JWTVerifyGetKey;
  readonly now: () => number;
  /** Remembers a proof id until `until` (ms); false when it was there already. */
  readonly remember: (jti: string, until: number) => Promise<boolean>;
}

export class TokenVerifier {
  constructor(private readonly settings: VerifierSettings) {}

  /** The caller behind this call. Refuses TOKEN_* and DPOP_* codes. */
  async verify(call: HttpCall): Promise<Caller> {
    const token = /^DPoP ([\w.~+/-]+=*)$/.exec(call.authorization ?? '')?.[1];
    if (token === undefined)
      throw new Refusal(call.authorization?.startsWith('Bearer ') ? 'TOKEN_UNBOUND' : 'TOKEN_MISSING');
    const now = this.settings.now();
    const claims = await this.claims(token, now);
    const proof = await checkProof(call, token, now);
    if ((claims['cnf'] as { jkt?: unknown } | undefined)?.jkt !== proof.jkt) throw new Refusal('TOKEN_UNBOUND');
    if (!(await this.settings.remember(`${proof.jkt}.${proof.jti}`, now + 2 * PROOF_WINDOW_S * 1000))) {
      throw new Refusal('DPOP_REPLAYED');
    }
    return callerOf(claims, proof.jkt);
  }

  private async claims(token: string, now: number): Promise<JWTPayload> {
    try {
      const verified = await jwtVerify(token, this.settings.keys, {
        issuer: this.settings.issuer,
        audience: this.settings.audience,
        algorithms: ['ES256'],
        typ: 'at+jwt',
        currentDate: new Date(now),
      });
      return verified.payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new Refusal('TOKEN_EXPIRED');
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') throw new Refusal('TOKEN_FOREIGN');
      // Only what jose says of the token is about the token: an issuer that cannot be asked for its keys is down, and the call may be repeated.
      if (keysUnreachable(error)) throw new Refusal('PEER_DOWN');
      throw new Refusal('TOKEN_INVALID');
    }
  }
}

/** jose gives a bare JOSEError for a key set that did not come with 200, and lets network errors through as they are. */
const keysUnreachable = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC' || error instanceof errors.JWKSTimeout;

function callerOf(claims: JWTPayload, key: string): Caller {
  const { client_id: participant, roles, dx_sig: receipt } = claims as Record<string, unknown>;
  if (typeof participant !== 'string' || typeof receipt !== 'string' || !Array.isArray(roles))
    throw new Refusal('TOKEN_INVALID');
  return {
    participant,
    roles: allRoles.filter((role) => roles.includes(role)),
    receipt,
    key,
  };
}
