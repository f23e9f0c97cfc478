// What an auditor must know of the ledger to check evidence without a network: its first block and its operator's certificate.
import { z } from 'zod';
import { b64u, fromB64u } from '../../domain/canonical';
import { ledgerKeys } from '../../domain/ledger';
import type { Client } from '../../wire';

export const AuditTrust = z.strictObject({
  schema: z.literal('aggregora/trust/1'),
  kind: z.literal('embedded'),
  /** Hex hash of the first block's header. */
  genesis: z.string().regex(/^[0-9a-f]{64}$/),
  /** DER of the operator's ledger certificates, base64url. */
  operators: z.array(z.string()).min(1),
});
export type AuditTrust = z.infer<typeof AuditTrust>;

/** Fetched once and compared out of band: whoever takes it from the exchange alone trusts the exchange. */
export async function fetchTrust(exchange: Client, operator: string): Promise<AuditTrust> {
  const { chain } = await exchange.json<{ chain: string }>('/v1/ledger/head', { open: true });
  const path = `/v1/ledger/entries/${encodeURIComponent(ledgerKeys.participant(operator))}`;
  const { entry } = await exchange.json<{ entry: { value: { certificates: { ledger: string } } } }>(path, {
    open: true,
  });
  const certificate = `/v1/ledger/entries/${encodeURIComponent(ledgerKeys.certificate(entry.value.certificates.ledger))}`;
  const found = await exchange.json<{ entry: { value: { der: string } } }>(certificate, { open: true });
  return {
    schema: 'aggregora/trust/1',
    kind: 'embedded',
    genesis: chain,
    operators: [b64u(fromB64u(found.entry.value.der))],
  };
}
