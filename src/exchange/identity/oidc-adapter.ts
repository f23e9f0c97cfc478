// Keeps the authorisation server's items in PostgreSQL; clients are not stored twice: they are the registered participants.
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { IsNull, MoreThan, type DataSource } from 'typeorm';
import { thumbprint } from '../../domain/identity';
import { OidcItem, Participant } from './entities';

/** The adapter class that oidc-provider instantiates once a model (`Client`, `ClientCredentials`, `ReplayDetection`, …). */
export const oidcAdapter = (database: DataSource, now: () => number) =>
  class PostgresAdapter implements Adapter {
    private readonly items = database.getRepository(OidcItem);

    constructor(private readonly kind: string) {}

    async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
      const expiresAt = expiresIn ? new Date(now() + expiresIn * 1000) : null;
      await this.items.save({
        kind: this.kind,
        id,
        payload: { ...payload },
        grantId: payload.grantId ?? null,
        expiresAt,
      });
    }

    async find(id: string): Promise<AdapterPayload | undefined> {
      if (this.kind === 'Client')
        return clientOf(await database.getRepository(Participant).findOneBy({ id, state: 'registered' }));
      const alive = [
        { kind: this.kind, id, expiresAt: MoreThan(new Date(now())) },
        { kind: this.kind, id, expiresAt: IsNull() },
      ];
      return (await this.items.findOneBy(alive))?.payload;
    }

    async consume(id: string): Promise<void> {
      const item = await this.items.findOneBy({ kind: this.kind, id });
      if (item) await this.items.save({ ...item, payload: { ...item.payload, consumed: Math.floor(now() / 1000) } });
    }

    async destroy(id: string): Promise<void> {
      await this.items.delete({ kind: this.kind, id });
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      await this.items.delete({ grantId });
    }

    // Device flow and browser sessions are switched off: nothing is ever stored under a user code or a session uid.
    findByUserCode(): Promise<undefined> {
      return Promise.resolve(undefined);
    }
    findByUid(): Promise<undefined> {
      return Promise.resolve(undefined);
    }
  };

function clientOf(participant: Participant | null): AdapterPayload | undefined {
  if (participant === null) return undefined;
  return {
    client_id: participant.id,
    client_name: participant.name.en,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    dpop_bound_access_tokens: true,
    jwks: { keys: [{ ...participant.tokenKey, use: 'sig', alg: 'ES256' }] },
    roles: [...participant.roles],
    dx_sig: thumbprint(participant.receiptCertificate),
  };
}
