// Joining an exchange: an application names the three public keys, and the receipt key signs it.
import { createPublicKey } from 'node:crypto';
import { b64u } from '../domain/canonical';
import { type Role, signJws } from '../domain/identity';
import { APPLICATION_TYPE, applicationId } from '../domain/identity/application';
import type { Client, Keyring } from '../wire';

export interface Joining {
  readonly name: { readonly en: string; readonly zh: string };
  readonly organisation: string;
  readonly roles: readonly Role[];
  /** Where an owner's data end is reached; an origin without a path. */
  readonly endpoint?: string;
}

export interface ParticipantEntry {
  readonly id: string;
  readonly name: { readonly en: string; readonly zh: string };
  readonly organisation: string;
  readonly roles: readonly string[];
  readonly state: string;
  readonly endpoint: string | null;
}

/** The body of POST /v1/participants. */
export function signedApplication(keys: Keyring, joining: Joining) {
  const { x, y } = createPublicKey(keys.token).export({ format: 'jwk' });
  const application = {
    participant: keys.participant,
    ...joining,
    roles: [...joining.roles],
    tokenKey: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' },
    receiptCertificate: b64u(keys.receipt.certificate),
    ledgerCertificate: b64u(keys.ledger.certificate),
  };
  const id = applicationId(application);
  return { application, signature: signJws(APPLICATION_TYPE, { application: id }, keys.receipt) };
}

/** Everyone who is registered. */
export async function participants(exchange: Client): Promise<readonly ParticipantEntry[]> {
  return (await exchange.json<{ items: ParticipantEntry[] }>('/v1/participants', { open: true })).items;
}

/** The operator's yes: from its block on the participant may enter. */
export function approve(exchange: Client, participant: string): Promise<ParticipantEntry> {
  return exchange.json(`/v1/participants/${encodeURIComponent(participant)}/approval`, { method: 'POST', json: {} });
}
