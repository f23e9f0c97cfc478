// A client of one server: gets its own tokens, binds them to its key, reads problem documents back into refusals.
import { AsyncLocalStorage } from 'node:async_hooks';
import { webcrypto, type KeyObject } from 'node:crypto';
import * as oauth from 'openid-client';
import { Refusal, type RefusalDetails } from '../domain/refusals';
import { withRetries, type Retry } from './retry';
import type { Connections } from './tls';

export interface ClientSettings {
  /** The authorisation server, such as `http://127.0.0.1:3000/oidc`. */
  readonly issuer: string;
  /** The server to speak to; its origin is the token's audience. */
  readonly server: string;
  /** Absent: only open routes can be called. */
  readonly identity?: { readonly participant: string; readonly tokenKey: KeyObject };
  readonly now: () => number;
  /** The language of the other side's refusals (RFC 9110 §12.5.4). */
  readonly language?: string;
  readonly retry?: Retry;
  readonly timeoutMs?: number;
  /** How connections to the server are made, such as with a pinned key; the authorisation server is not reached by it. */
  readonly dispatcher?: Connections;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Canonical bytes as they are, or a JSON value. */
  readonly bytes?: Uint8Array;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly open?: boolean;
  readonly timeoutMs?: number;
}

interface Token {
  readonly text: string;
  readonly until: number;
  readonly configuration: oauth.Configuration;
  readonly DPoP: oauth.DPoPHandle;
}

const SPARE_MS = 30_000;

export class Client {
  private token: Promise<Token> | undefined;

  constructor(readonly settings: ClientSettings) {}

  /** JSON of a 2xx answer. Refuses with the server's own code, or PEER_DOWN, PEER_UNREADABLE. Safe to repeat: so every route must be. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const response = await this.send(path, call);
    try {
      return (await response.json()) as T;
    } catch {
      throw new Refusal('PEER_UNREADABLE', { status: response.status });
    }
  }

  /** The answer itself, when it is 2xx. */
  send(path: string, call: Call = {}): Promise<Response> {
    return withRetries(this.settings.retry, async () => {
      const response = await this.fetch(path, call);
      if (response.status === 401) this.token = undefined;
      if (!response.ok) throw await refusalOf(response);
      return response;
    });
  }

  private async fetch(path: string, call: Call): Promise<Response> {
    const url = new URL(path, this.settings.server);
    const headers = new Headers(call.headers);
    const { language } = this.settings;
    if (language !== undefined && !headers.has('accept-language')) headers.set('accept-language', language);
    const body = call.bytes ?? (call.json === undefined ? undefined : JSON.stringify(call.json));
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const method = call.method ?? (body === undefined ? 'GET' : 'POST');
    const signal = AbortSignal.timeout(call.timeoutMs ?? this.settings.timeoutMs ?? 30_000);
    const { dispatcher } = this.settings;
    const own: Own = dispatcher === undefined ? { signal } : { signal, dispatcher };
    try {
      if (this.settings.identity === undefined || call.open === true) {
        return await fetch(url, {
          method,
          headers,
          ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> }),
          ...own,
        });
      }
      const token = await this.fresh();
      const { configuration, text, DPoP } = token;
      return await ownWay.run(own, () =>
        oauth.fetchProtectedResource(configuration, text, url, method, body as oauth.FetchBody, headers, { DPoP }),
      );
    } catch (error) {
      throw await refusalFrom(error);
    }
  }

  private async fresh(): Promise<Token> {
    const held = await this.token?.catch(() => undefined);
    if (held !== undefined && held.until > this.settings.now() + SPARE_MS) return held;
    // Whoever started this program may be in a call of its own: tokens are fetched in nobody's time and over nobody's connection.
    this.token = ownWay.exit(() => this.obtain());
    return this.token;
  }

  /** RFC 6749 §4.4 with RFC 7523 client authentication, RFC 8707 resource and RFC 9449 binding. */
  private async obtain(): Promise<Token> {
    const { identity, issuer, server, now } = this.settings;
    if (identity === undefined) throw new Error('A client without identity asked for a token.');
    const pkcs8 = identity.tokenKey.export({ format: 'der', type: 'pkcs8' });
    const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
    ]);
    const configuration = await oauth.discovery(
      new URL(issuer),
      identity.participant,
      undefined,
      oauth.PrivateKeyJwt(key),
      // Loopback addresses carry no TLS in the embedded set-up; anything else must.
      { execute: isLoopback(issuer) ? [oauth.allowInsecureRequests] : [] },
    );
    configuration[oauth.customFetch] = inOwnWay;
    const DPoP = oauth.getDPoPHandle(configuration, await oauth.randomDPoPKeyPair('ES256'));
    const granted = await oauth.clientCredentialsGrant(configuration, { resource: new URL(server).origin }, { DPoP });
    return { text: granted.access_token, until: now() + (granted.expires_in ?? 0) * 1000, configuration, DPoP };
  }
}

/** How long the call under way may take, and over which connection: the library knows one time for all calls of a server, and one way. */
interface Own {
  readonly signal: AbortSignal;
  readonly dispatcher?: Connections;
}
const ownWay = new AsyncLocalStorage<Own>();

const inOwnWay: oauth.CustomFetch = (url, { signal, ...options }) => {
  const own = ownWay.getStore() ?? (signal === undefined ? {} : { signal });
  return fetch(url, { ...(options as RequestInit), ...own });
};

const isLoopback = (address: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);

/** A refusal of the other side, with its own words: its table may know codes that ours does not. */
export class PeerRefusal extends Refusal {
  constructor(
    code: string,
    details: RefusalDetails,
    readonly title: string,
    readonly detail: string,
  ) {
    super(code, details);
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  const { code, details, title, detail } = problem;
  if (typeof code !== 'string') return new Refusal('PEER_UNREADABLE', { status: response.status });
  const shown = typeof details === 'object' && details !== null ? (details as RefusalDetails) : {};
  return new PeerRefusal(
    code,
    shown,
    typeof title === 'string' ? title : code,
    typeof detail === 'string' ? detail : '',
  );
}

/** A wrapped OAuth error still carries the server's response; everything else means that nobody answered. */
async function refusalFrom(error: unknown): Promise<Refusal> {
  if (error instanceof Refusal) return error;
  const cause = (error as { cause?: unknown }).cause ?? error;
  if (cause instanceof Response) return refusalOf(cause);
  if (error instanceof oauth.ResponseBodyError) return new Refusal('TOKEN_REFUSED', { reason: error.error });
  if (error instanceof oauth.WWWAuthenticateChallengeError) return refusalOf(error.response);
  return new Refusal('PEER_DOWN');
}
