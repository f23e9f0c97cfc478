// The authorisation server: oidc-provider reduced to client credentials, private_key_jwt and DPoP-bound tokens of five minutes.
import type { JWK } from 'jose';
import Provider, { errors, type Client, type Configuration } from 'oidc-provider';
import { type DataSource, In } from 'typeorm';
import { Participant } from './entities';
import { oidcAdapter } from './oidc-adapter';

export const TOKEN_SECONDS = 300;

export interface AuthoritySettings {
  /** `http://127.0.0.1:3000/oidc`. */
  readonly issuer: string;
  /** The exchange itself as an audience. */
  readonly publicUrl: string;
  /** Private P-256 JWKs that sign tokens, newest first. */
  readonly signingKeys: readonly JWK[];
  readonly cookieSecret: string;
  readonly now: () => number;
}

export function authority(database: DataSource, settings: AuthoritySettings): Provider {
  const isKnown = async (resource: string) =>
    resource === settings.publicUrl ||
    // A compute node that registered without TLS is reached by TLS all the same.
    (await database
      .getRepository(Participant)
      .existsBy({ endpoint: In([resource, resource.replace(/^https:/, 'http:')]), state: 'registered' }));
  const configuration: Configuration = {
    adapter: oidcAdapter(database, settings.now),
    jwks: { keys: settings.signingKeys },
    cookies: { keys: [settings.cookieSecret] },
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'], dPoPSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    extraClientMetadata: { properties: ['roles', 'dx_sig'] },
    ttl: { ClientCredentials: TOKEN_SECONDS },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => settings.publicUrl,
        getResourceServerInfo: async (_context, resource) => {
          if (!(await isKnown(resource))) throw new errors.InvalidTarget();
          return {
            scope: '',
            audience: resource,
            accessTokenTTL: TOKEN_SECONDS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    extraTokenClaims: (_context, token) => {
      const client = token.client as (Client & { roles?: unknown; dx_sig?: unknown }) | undefined;
      return { roles: client?.roles, dx_sig: client?.dx_sig };
    },
  };
  return new Provider(settings.issuer, configuration);
}
