// The ledger port over HTTP, for data ends and searchers: the key stays here, and nothing is signed that was not asked for.
import { z } from 'zod';
import { b64u, canonicalText, fromB64u, sha256, type Json } from '../../../domain/canonical';
import { thumbprint } from '../../../domain/identity';
import type { Command } from '../../../domain/ledger';
import type {
  Committed,
  Entry,
  Head,
  Ledger,
  LedgerEvent,
  LedgerProof,
  LedgerSigner,
  SignedTransaction,
} from '../../../domain/ledger/port';
import { refuse } from '../../../domain/ledger/state';
import { pack, readBody, readCommand, transactionId, unpack } from '../../../domain/ledger/transaction';
import { Http, type HttpOptions } from './http';

const Place = z.strictObject({ id: z.string(), height: z.int(), index: z.int() });
const EntryShape = z.strictObject({
  key: z.string(),
  value: z.record(z.string(), z.unknown()),
  height: z.int(),
  index: z.int(),
});
const EventShape = z.strictObject({
  height: z.int(),
  index: z.int(),
  type: z.string(),
  key: z.string(),
  by: z.string(),
});
const Shapes = {
  draft: z.object({ bytes: z.string() }),
  status: z.object({ committed: Place.nullable() }),
  entry: z.object({ entry: EntryShape.nullable() }),
  entries: z.object({ entries: z.array(EntryShape) }),
  events: z.object({ events: z.array(EventShape) }),
  head: z.object({ height: z.int(), hash: z.string(), chain: z.string() }),
  proof: z.object({
    kind: z.enum(['embedded', 'fabric-receipt', 'fabric-chain']),
    document: z.record(z.string(), z.unknown()),
  }),
};

export interface RemoteOptions extends HttpOptions {
  /** What stands behind the routes; shown to people, decides nothing. */
  readonly kind?: Ledger['kind'];
  /** Hash of the first block's header: with it, nothing is signed for another chain. */
  readonly chain?: string;
}

export class RemoteLedger implements Ledger {
  readonly kind: Ledger['kind'];
  private readonly http: Http;

  constructor(private readonly options: RemoteOptions) {
    this.kind = options.kind ?? 'embedded';
    this.http = new Http(options);
  }

  async prepare(given: Command, signer: LedgerSigner): Promise<SignedTransaction> {
    const command = readCommand(given);
    const certificate = thumbprint(signer.certificate);
    const ask = { command, by: signer.participant, certificate };
    const { bytes } = await this.http.post('prepare', ask, Shapes.draft);
    const body = fromB64u(bytes);
    this.mustBeWhatWasAsked(body, command, signer.participant, certificate);
    return { id: transactionId(body), bytes: pack(body, await signer.sign(sha256(body))) };
  }

  /** `readBody` has checked form and reads; what is left is that it says our command, as us, on our chain. */
  private mustBeWhatWasAsked(bytes: Uint8Array, command: Command, by: string, certificate: string): void {
    const body = readBody(bytes);
    const same = canonicalText(body.command as Json) === canonicalText(command as Json);
    const ours = body.by === by && body.certificate === certificate;
    const here = this.options.chain === undefined || this.options.chain === body.chain;
    if (!same || !ours || !here) refuse('LEDGER_DRAFT_STRANGE');
  }

  submit({ bytes }: SignedTransaction): Promise<Committed> {
    const { body, signature } = unpack(bytes);
    return this.http.post('submit', { bytes: b64u(body), signature: b64u(signature) }, Place);
  }

  async status(id: string): Promise<Committed | undefined> {
    return (await this.http.get(`transactions/${id}`, Shapes.status)).committed ?? undefined;
  }

  async read(key: string): Promise<Entry | undefined> {
    return (await this.http.get(`entries/${encodeURIComponent(key)}`, Shapes.entry)).entry ?? undefined;
  }

  async list(prefix: string, after = '', limit = 100): Promise<readonly Entry[]> {
    const query = new URLSearchParams({ prefix, after, limit: String(limit) });
    return (await this.http.get(`entries?${query.toString()}`, Shapes.entries)).entries;
  }

  async events(height: number, limit = 100): Promise<readonly LedgerEvent[]> {
    return (await this.http.get(`events?height=${String(height)}&limit=${String(limit)}`, Shapes.events)).events;
  }

  async head(): Promise<Head> {
    const { height, hash } = await this.http.get('head', Shapes.head);
    return { height, hash };
  }

  prove(key: string): Promise<LedgerProof> {
    return this.http.get(`proofs/${encodeURIComponent(key)}`, Shapes.proof);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
