// The Ledger port over a Fabric channel: endorse and sign, keep the bytes, send them until the chain has them.
import { canonicalText, readCanonical, type Json, type JsonObject } from '../../../domain/canonical';
import { ledgerKeys, type Command } from '../../../domain/ledger';
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
import { readCommand } from '../../../domain/ledger/transaction';
import type { EndorseOptions, FabricChannel } from './channel';
import { eventsIn } from './events';
import { follow } from './follow';
import { signedBy } from './gateways';
import { type Endorsed, envelopeIn, type Placed, readEnvelope, readHead } from './messages';
import { FabricOpenings } from './openings';
import { chainOf, receiptOf } from './receipt';

export interface LedgerParts {
  readonly kind: 'fabric' | 'stand-in';
  readonly channel: FabricChannel;
  /** Channel and chaincode names, MSP ids: the asked peer's own first. */
  readonly names: {
    readonly channel: string;
    readonly chaincode: string;
    readonly members: readonly string[];
    readonly organisations: Readonly<Record<string, string>>;
  };
  readonly reader: LedgerSigner;
  /** Hex hash of the genesis header. */
  readonly chain: string;
}

const PAGE = 50;
const LIST_LIMIT = 1000;
const BLOCKS_AT_ONCE = 16;

export class FabricLedger implements Ledger {
  readonly kind: 'fabric' | 'stand-in';
  /** The channel's name for verifiers. */
  readonly chain: string;

  constructor(private readonly parts: LedgerParts) {
    this.kind = parts.kind;
    this.chain = parts.chain;
  }

  /** Names of channel and chaincode and the members' MSP ids, the asked peer's first: what an auditor writes down. */
  get names(): LedgerParts['names'] {
    return this.parts.names;
  }

  async prepare(given: Command, signer: LedgerSigner): Promise<SignedTransaction> {
    return this.signedCall(signer, 'ledger:Say', [canonicalText(readCommand(given) as Json), signer.participant]);
  }

  /**
   * Puts the present height on record, as an operator: deadlines of disputes are compared with it. To be called now and
   * then while disputes are open. Refuses LEDGER_VERSION_WRONG when no block was added since the last one.
   */
  async tick(operator: LedgerSigner): Promise<Committed> {
    const { height } = await this.head();
    return this.submit(await this.signedCall(operator, 'ledger:Tick', [String(height), operator.participant]));
  }

  /** Openings kept for auditors at the organisation of this MSP id. */
  openings(mspId: string): FabricOpenings {
    return new FabricOpenings(this.parts.channel, mspId, async (signer, name, args, options) =>
      this.submit(await this.signedCall(signer, name, args, options)),
    );
  }

  private async signedCall(
    signer: LedgerSigner,
    name: string,
    args: readonly string[],
    options: EndorseOptions = {},
  ): Promise<SignedTransaction> {
    const transaction = await this.parts.channel.endorse(signer, name, args, options);
    const bytes = transaction.getBytes();
    this.mustBeWhatWasAsked(this.contentOf(bytes), [name, ...args]);
    const signature = await signedBy(signer, envelopeIn(bytes).getPayload_asU8());
    const signed = this.parts.channel.gatewayOf(signer).newSignedTransaction(bytes, signature);
    return { id: signed.getTransactionId(), bytes: signed.getBytes() };
  }

  /** The gateway assembled these bytes: sign them only if they say our command. */
  private mustBeWhatWasAsked({ args, channel }: Endorsed, asked: readonly string[]): void {
    const same = args.length === asked.length && args.every((arg, at) => arg === asked[at]);
    if (!same || channel !== this.parts.names.channel) refuse('LEDGER_DRAFT_STRANGE');
  }

  private contentOf(bytes: Uint8Array): Endorsed {
    return readEnvelope(envelopeIn(bytes), this.parts.names.chaincode);
  }

  async submit({ bytes }: SignedTransaction): Promise<Committed> {
    const { txId, channel, isSigned } = this.opened(bytes);
    if (channel !== this.parts.names.channel) refuse('LEDGER_CHAIN_FOREIGN');
    // Unsigned bytes would be signed here, with the wrong key.
    if (!isSigned) refuse('LEDGER_SIGNATURE_WRONG');
    return committedOr(await this.parts.channel.deliver(txId, bytes));
  }

  private opened(bytes: Uint8Array): Endorsed {
    try {
      return this.contentOf(bytes);
    } catch {
      return refuse('LEDGER_BYTES_UNSOUND');
    }
  }

  async status(id: string): Promise<Committed | undefined> {
    const placed = await this.parts.channel.find(id);
    return placed?.code === 0 ? committedOr(placed) : undefined;
  }

  /** Undefined only when the home peer has every block the others have, and nothing under the key. */
  async read(key: string): Promise<Entry | undefined> {
    const found = await this.readHere(key);
    return found === undefined && (await this.parts.channel.caughtUp()) ? this.readHere(key) : found;
  }

  private async readHere(key: string): Promise<Entry | undefined> {
    const { text, reads } = await this.ask('ledger:Read', key);
    const version = reads.get(key);
    return text === '' || version === undefined ? undefined : { key, value: valueOf(text), ...version };
  }

  async list(prefix: string, after = '', limit = 100): Promise<readonly Entry[]> {
    const wanted = Math.min(limit, LIST_LIMIT);
    const found: Entry[] = [];
    for (let from = after; found.length < wanted; from = found.at(-1)?.key ?? from) {
      const { text, reads } = await this.ask('ledger:List', prefix, from);
      const pairs = JSON.parse(text) as [string, JsonObject][];
      for (const [key, value] of pairs) found.push({ key, value, ...(reads.get(key) ?? refuse('LEDGER_BROKEN')) });
      if (pairs.length < PAGE) break;
    }
    return found.slice(0, wanted);
  }

  /** Endorsed by the home peer alone and never submitted: unlike an evaluation it tells the versions that were read. */
  private async ask(name: string, ...args: string[]): Promise<{ text: string; reads: Endorsed['reads'] }> {
    const [home = ''] = this.parts.names.members;
    const transaction = await this.parts.channel.endorse(this.parts.reader, name, args, { organisations: [home] });
    const text = Buffer.from(transaction.getResult()).toString('utf8');
    return { text, reads: this.contentOf(transaction.getBytes()).reads };
  }

  async transactionAt(height: number, index: number): Promise<string | undefined> {
    return (await this.parts.channel.block(height)).transactions[index]?.id;
  }

  async events(height: number, limit = 100): Promise<readonly LedgerEvent[]> {
    const head = (await this.head()).height;
    const found: LedgerEvent[] = [];
    let blocks = 0;
    for (let from = height + 1; from <= head && blocks < limit; from += BLOCKS_AT_ONCE) {
      const count = Math.min(BLOCKS_AT_ONCE, head - from + 1);
      const read = await Promise.all(Array.from({ length: count }, (_, at) => this.parts.channel.block(from + at)));
      const told = read.map((block) => eventsIn(block, this.parts.names.chaincode)).filter(({ length }) => length > 0);
      found.push(...told.slice(0, limit - blocks).flat());
      blocks += told.length;
    }
    return found;
  }

  /** Events after a place, as they come, each once, until `signal` aborts; for read models that keep a checkpoint. */
  follow(after: { readonly height: number; readonly index: number }, signal: AbortSignal): AsyncGenerator<LedgerEvent> {
    return follow(this.parts.channel, after, signal);
  }

  async head(): Promise<Head> {
    return readHead((await this.parts.channel.query('GetChainInfo')) ?? refuse('LEDGER_NOT_FOUNDED'));
  }

  /** The key's newest value, endorsed by every member that answers, at least two. */
  prove(key: string): Promise<LedgerProof> {
    return receiptOf(this.parts, key);
  }

  /** The same for an anchor, with the raw blocks it and its successor stand in. */
  async proveChain(participant: string, seq: number): Promise<LedgerProof> {
    const key = ledgerKeys.anchor(participant, seq);
    const anchor = (await this.read(key)) ?? refuse('LEDGER_ENTRY_UNKNOWN', { key });
    return chainOf(this.parts, anchor, await this.read(ledgerKeys.anchor(participant, seq + 1)));
  }

  close(): Promise<void> {
    this.parts.channel.close();
    return Promise.resolve();
  }
}

const valueOf = (text: string): JsonObject => readCanonical(Buffer.from(text)) as JsonObject;

function committedOr({ id, height, index, code }: Placed): Committed {
  // MVCC and phantom conflicts, but also an endorsement that no longer suffices: in each case only a new proposal can do.
  if (code !== 0) refuse('LEDGER_CONFLICT', { id, code });
  return { id, height, index };
}
