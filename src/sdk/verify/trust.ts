// What an auditor must know of the ledger to check evidence without a network: its first block, and whose word counts there.
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { b64u, fromB64u } from '../../domain/canonical';
import { ledgerKeys } from '../../domain/ledger';
import type { Client } from '../../wire';
import { participants } from '../joining';

const Genesis = z.string().regex(/^[0-9a-f]{64}$/);

const EmbeddedAuditTrust = z.strictObject({
  schema: z.literal('aggregora/trust/1'),
  kind: z.literal('embedded'),
  /** Hex hash of the first block's header. */
  genesis: Genesis,
  /** DER of the operator's ledger certificates, base64url. */
  operators: z.array(z.string()).min(1),
});

const FabricAuditTrust = z.strictObject({
  schema: z.literal('aggregora/trust/1'),
  kind: z.literal('fabric'),
  /** Hex hash of the channel's genesis header. */
  genesis: Genesis,
  channel: z.string(),
  chaincode: z.string(),
  /** How many organisations must have endorsed; at least one of them neither party's. */
  agree: z.int().min(1),
  /** MSP id of the organisation each party belongs to: it does not count as neutral about that party. */
  parties: z.record(z.string(), z.string()),
});

export const AuditTrust = z.discriminatedUnion('kind', [EmbeddedAuditTrust, FabricAuditTrust]);
export type AuditTrust = z.infer<typeof AuditTrust>;

interface ServedHead {
  readonly chain: string;
  readonly kind?: string;
  readonly channel?: string;
  readonly chaincode?: string;
  readonly organisations?: Readonly<Record<string, string>>;
}

const AGREE = 2;

/** Fetched once and compared out of band: whoever takes it from the exchange alone trusts the exchange. */
export async function fetchTrust(exchange: Client, operator: string): Promise<AuditTrust> {
  const head = await exchange.json<ServedHead>('/v1/ledger/head', { open: true });
  const { chain, channel = '', chaincode = '', organisations = {} } = head;
  const schema = 'aggregora/trust/1';
  if (head.kind !== 'fabric') {
    return { schema, kind: 'embedded', genesis: chain, operators: [b64u(await ledgerCertificate(exchange, operator))] };
  }
  const parties = await partiesIn(exchange, organisations);
  return { schema, kind: 'fabric', genesis: chain, channel, chaincode, agree: AGREE, parties };
}

/** Everyone who can be a party of an exchange record, with the organisation named in the ledger certificate. */
async function partiesIn(exchange: Client, organisations: Readonly<Record<string, string>>) {
  const all = await participants(exchange);
  const sides = all.filter(({ roles }) => roles.includes('owner') || roles.includes('searcher'));
  const found = await Promise.all(
    sides.map(async ({ id }) => {
      const { subject } = new X509Certificate(await ledgerCertificate(exchange, id));
      const named = Object.entries(organisations).find(([name]) => subject.split('\n').includes(`O=${name}`));
      return named === undefined ? [] : [[id, named[1]] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function ledgerCertificate(exchange: Client, participant: string): Promise<Uint8Array> {
  const { certificates } = await valueAt<{ certificates: { ledger: string } }>(
    exchange,
    ledgerKeys.participant(participant),
  );
  return fromB64u((await valueAt<{ der: string }>(exchange, ledgerKeys.certificate(certificates.ledger))).der);
}

async function valueAt<T>(exchange: Client, key: string): Promise<T> {
  const path = `/v1/ledger/entries/${encodeURIComponent(key)}`;
  return (await exchange.json<{ entry: { value: T } }>(path, { open: true })).entry.value;
}
