// What the ledger's HTTP routes do, without a framework: parsed input in, JSON out, refusals thrown.
import { z } from 'zod';
import { b64u, fromB64u, hex, sha256 } from '../../../domain/canonical';
import { Hash, Slug, Thumbprint } from '../../../domain/ledger/shapes';
import { pack, transactionId } from '../../../domain/ledger/transaction';
import type { Committed, Ledger, LedgerSigner } from '../../../domain/ledger/port';
import { refuse } from '../../../domain/ledger/state';
import type { ChainLedger } from '../chain/ledger';

const Base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const Whole = z.coerce.number().int().nonnegative();
const LedgerKey = z.string().min(1).max(600);

/** One schema a route, for the door of whatever framework serves it. Query parameters may arrive as text. */
export const ledgerInputs = {
  prepare: z.strictObject({
    command: z.record(z.string(), z.unknown()),
    by: Slug,
    /** x5t#S256 of the signer's ledger certificate. */
    certificate: Thumbprint,
  }),
  submit: z.strictObject({ bytes: Base64url.max(100_000), signature: Base64url.length(86) }),
  transaction: z.strictObject({ id: Hash }),
  entry: z.strictObject({ key: LedgerKey }),
  entries: z.strictObject({
    prefix: z.string().max(600).default(''),
    after: z.string().max(600).default(''),
    limit: Whole.max(1000).default(100),
  }),
  events: z.strictObject({ height: Whole, limit: Whole.max(1000).default(100) }),
  proof: z.strictObject({ key: LedgerKey }),
} as const;

type Input<Name extends keyof typeof ledgerInputs> = z.output<(typeof ledgerInputs)[Name]>;

/** A ledger that can be served: it has a name, and may draft transactions for signers elsewhere. */
export interface ServedLedger extends Ledger {
  readonly chain: string;
  readonly draft?: ChainLedger['draft'];
  /** On Fabric: puts the present height on record, as an operator. */
  tick?(operator: LedgerSigner): Promise<Committed>;
  /** On Fabric: what an auditor must know beside the genesis hash. */
  readonly names?: {
    readonly channel: string;
    readonly chaincode: string;
    /** MSP id of each organisation by its name in certificates (O). */
    readonly organisations: Readonly<Record<string, string>>;
  };
}

/**
 * The handlers: POST prepare, POST submit, GET transactions/:id, entries/:key, entries, events, head, proofs/:key, all under
 * /v1/ledger. Every answer is an object; what is not there is null inside it (a bare null body would be an empty answer).
 */
export function ledgerRoutes(ledger: ServedLedger) {
  return {
    async prepare({ command, by, certificate }: Input<'prepare'>) {
      // On Fabric everybody signs what a peer endorsed for them: nothing could be prepared here that would hold there.
      if (ledger.draft === undefined) return refuse('LEDGER_SIGNED_AT_PEER');
      const bytes = await ledger.draft(command, by, certificate);
      return { bytes: b64u(bytes), digest: hex(sha256(bytes)) };
    },
    async submit({ bytes, signature }: Input<'submit'>) {
      if (ledger.draft === undefined) return refuse('LEDGER_SIGNED_AT_PEER');
      const body = fromB64u(bytes);
      return ledger.submit({ id: transactionId(body), bytes: pack(body, fromB64u(signature, 64)) });
    },
    async transaction({ id }: Input<'transaction'>) {
      return { committed: (await ledger.status(id)) ?? null };
    },
    async entry({ key }: Input<'entry'>) {
      return { entry: (await ledger.read(key)) ?? null };
    },
    async entries({ prefix, after, limit }: Input<'entries'>) {
      return { entries: await ledger.list(prefix, after, limit) };
    },
    async events({ height, limit }: Input<'events'>) {
      return { events: await ledger.events(height, limit) };
    },
    async head() {
      const { chain, kind, names } = ledger;
      const { channel, chaincode, organisations } = names ?? {};
      return { ...(await ledger.head()), chain, kind, ...(names && { channel, chaincode, organisations }) };
    },
    async proof({ key }: Input<'proof'>) {
      return ledger.prove(key);
    },
  };
}

export type LedgerRoutes = ReturnType<typeof ledgerRoutes>;
