// Calls a server by hand, so that everything a client does right can be done wrong: token, proof, body, headers.
import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createHash } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import request, { type Response } from 'supertest';
import type { Keyring } from '../../src/wire';

export interface Poke {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

const jwt = (claims: Record<string, unknown>, header: Record<string, unknown>, key: KeyObject) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(key);

/** A participant at one server; its token is bound to a key of its own. */
export class HandCaller {
  readonly proofKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  private held: string | undefined;

  constructor(
    readonly exchange: string,
    readonly server: string,
    readonly keys: Keyring,
  ) {}

  async token(): Promise<string> {
    if (this.held !== undefined) return this.held;
    const issuer = `${this.exchange}/oidc`;
    const { participant, token } = this.keys;
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: participant, sub: participant, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60 };
    const answer = await request(this.exchange)
      .post('/oidc/token')
      .set('dpop', await this.proof('POST', `${issuer}/token`))
      .type('form')
      .send({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await jwt(claims, {}, token),
        resource: new URL(this.server).origin,
      });
    const { access_token: given } = answer.body as { access_token?: string };
    if (given === undefined) throw new Error(`No token: ${answer.text}`);
    this.held = given;
    return given;
  }

  /** A DPoP proof (RFC 9449) for one call; `over` changes claims. */
  async proof(method: string, url: string, token?: string, over: Record<string, unknown> = {}): Promise<string> {
    const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
    const { kty, crv, x, y } = await exportJWK(createPublicKey(this.proofKey));
    const claims = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(Date.now() / 1000), ...ath, ...over };
    return jwt(claims, { typ: 'dpop+jwt', jwk: { kty, crv, x, y } }, this.proofKey);
  }

  /** The headers of a right call. */
  async headers(method: string, path: string): Promise<Record<string, string>> {
    const token = await this.token();
    const url = `${this.server}${path.split('?')[0] ?? ''}`;
    return { authorization: `DPoP ${token}`, dpop: await this.proof(method, url, token) };
  }

  async call(path: string, poke: Poke = {}): Promise<Response> {
    const method = poke.method ?? (poke.body === undefined ? 'GET' : 'POST');
    return bare(this.server, path, {
      ...poke,
      method,
      headers: { ...(await this.headers(method, path)), ...poke.headers },
    });
  }
}

/** A call with exactly these headers and bytes. */
export async function bare(
  server: string,
  path: string,
  { method = 'GET', body, headers = {} }: Poke = {},
): Promise<Response> {
  const verb = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;
  let call = request(server)[verb[method]](path);
  if (body !== undefined) call = call.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers)) call = call.set(name, value);
  call = call.ok(() => true);
  // Bytes as they are: supertest would write a Buffer's JSON for application/json.
  if (body === undefined) return call;
  return call.serialize((value: unknown) => value as string).send(typeof body === 'string' ? body : Buffer.from(body));
}
