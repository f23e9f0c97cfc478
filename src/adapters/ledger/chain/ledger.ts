// The ledger over a chain of blocks: prepare against today's state, judge at the moment of the block, one writer at a time.
import { b64u, canonicalBytes, fromB64u, hex, sha256, type Json } from '../../../domain/canonical';
import { thumbprint } from '../../../domain/identity';
import { apply, keysOf, ledgerKeys, type Command } from '../../../domain/ledger';
import { headerHash, leavesOf, outcomeBytes, outcomeOf, readHeader, valueHash } from '../../../domain/ledger/blocks';
import { valuesOf } from '../../../domain/ledger/judge';
import type {
  Committed,
  Entry,
  Head,
  Ledger,
  LedgerProof,
  LedgerSigner,
  SignedTransaction,
} from '../../../domain/ledger/port';
import type { EmbeddedProof, Statement } from '../../../domain/ledger/proof';
import { refuse } from '../../../domain/ledger/state';
import {
  NO_CHAIN,
  pack,
  readBody,
  readCommand,
  signatureMustHold,
  transactionId,
  unpack,
  writeBody,
} from '../../../domain/ledger/transaction';
import { inclusionProof } from '../../../domain/merkle';
import { Refusal } from '../../../domain/refusals';
import { cut, cutFirst, type Waiting } from './cut';
import { fsck, type Findings } from './fsck';
import { Queue } from './queue';
import type { ChainStore, Recorded } from './store';

export interface ChainOptions {
  readonly kind: 'embedded' | 'in-process';
  readonly store: ChainStore;
  /** Signs block headers; its certificate is registered in the first block. */
  readonly operator: LedgerSigner;
  readonly random: (bytes: number) => Uint8Array;
}

/** How the operator enters its own ledger: the body of its RegisterParticipant command. */
export type Founding = Extract<Command, { type: 'RegisterParticipant' }>;

const SUCCESSORS = 4;
const LIST_LIMIT = 1000;

export class ChainLedger implements Ledger {
  readonly kind: 'embedded' | 'in-process';
  private readonly queue: Queue<Waiting, Recorded>;

  private constructor(
    private readonly options: ChainOptions,
    /** Hash of the first block's header: the ledger's name for verifiers. */
    readonly chain: string,
  ) {
    this.kind = options.kind;
    this.queue = new Queue((waiting) =>
      options.store.exclusively((writer) => cut(writer, waiting, this.chain, options.operator)),
    );
  }

  /** Opens the chain in the store, and founds it with the operator's own registration where there is none. */
  static async open(options: ChainOptions, founding: Founding): Promise<ChainLedger> {
    await options.store.exclusively(async (writer) => {
      if ((await writer.head()) !== undefined) return;
      await cutFirst(writer, await foundingOf(founding, options), options.operator);
    });
    const first = (await options.store.headers(0, 1))[0] ?? refuse('LEDGER_NOT_FOUNDED');
    return new ChainLedger(options, headerHash(first.header));
  }

  async prepare(command: Command, signer: LedgerSigner): Promise<SignedTransaction> {
    const body = await this.draft(command, signer.participant, thumbprint(signer.certificate));
    const signature = await signer.sign(sha256(body));
    return { id: transactionId(body), bytes: pack(body, signature) };
  }

  /** The unsigned bytes of a command the rules accept today; the first half of `prepare`, for signers elsewhere. */
  async draft(given: unknown, by: string, certificate: string): Promise<Uint8Array> {
    const command = readCommand(given);
    const state = await this.options.store.entries(keysOf(command, by));
    const { height } = await this.head();
    const versionOf = (key: string) => {
      const found = state.get(key);
      return found === undefined ? null : { height: found.height, index: found.index };
    };
    const nonce = this.options.random(16);
    const body = writeBody({ chain: this.chain, command, by, certificate, versionOf, nonce });
    apply(command, { by, certificate, txId: transactionId(body), height: height + 1 }, valuesOf(state));
    return body;
  }

  async submit({ bytes }: Pick<SignedTransaction, 'bytes'>): Promise<Committed> {
    const waiting = await this.admit(bytes);
    const known = (await this.options.store.find([waiting.id])).get(waiting.id);
    return committedOr(known ?? (await this.queue.add(waiting.id, waiting)));
  }

  /** The door: nothing is recorded that is not well-formed, for this chain, and signed under a certificate known here. */
  private async admit(packed: Uint8Array): Promise<Waiting> {
    const { body: bytes, signature } = unpack(packed);
    const body = readBody(bytes);
    if (body.chain !== this.chain) refuse('LEDGER_CHAIN_FOREIGN');
    const key = ledgerKeys.certificate(body.certificate);
    const certificate = (await this.options.store.entries([key])).get(key)?.value;
    const theirs = certificate?.['participant'] === body.by && certificate['use'] === 'ledger';
    if (!theirs) refuse('LEDGER_CERTIFICATE_FOREIGN', { participant: body.by });
    signatureMustHold(bytes, signature, fromB64u(certificate['der'] as string));
    return { id: transactionId(bytes), bytes, signature, body };
  }

  /** Where a valid transaction stands. Undefined when unknown, and when refused: then `submit` of the same bytes says why. */
  async status(id: string): Promise<Committed | undefined> {
    const known = (await this.options.store.find([id])).get(id);
    return known?.code === 'VALID' ? committedOr(known) : undefined;
  }

  async read(key: string): Promise<Entry | undefined> {
    const found = (await this.options.store.entries([key])).get(key);
    return found && { key, ...found };
  }

  list(prefix: string, after = '', limit = 100): Promise<readonly Entry[]> {
    return this.options.store.list(prefix, after, Math.min(limit, LIST_LIMIT));
  }

  events(height: number, limit = 100) {
    return this.options.store.events(height, Math.min(limit, LIST_LIMIT));
  }

  async head(): Promise<Head> {
    const { header } = (await this.options.store.head()) ?? refuse('LEDGER_NOT_FOUNDED');
    return { height: readHeader(header).height, hash: headerHash(header) };
  }

  /** The newest value of a key with its block, and the operator's signed word that it is the newest. */
  async prove(key: string): Promise<LedgerProof> {
    const entry = (await this.read(key)) ?? refuse('LEDGER_ENTRY_UNKNOWN', { key });
    const { height, index } = entry;
    const block = (await this.options.store.block(height)) ?? refuse('LEDGER_BROKEN', { height });
    const transaction = block.transactions[index] ?? refuse('LEDGER_BROKEN', { height, index });
    const successors = await this.options.store.headers(height, SUCCESSORS);
    const document: EmbeddedProof = {
      v: 1,
      operators: 1,
      key,
      value: entry.value as EmbeddedProof['value'],
      height,
      index,
      headers: successors.map(({ header, signature }) => ({ bytes: b64u(header), signature: b64u(signature) })),
      transaction: { bytes: b64u(transaction.body), signature: b64u(transaction.signature) },
      certificate: await this.certificateOf(transaction.body),
      outcome: b64u(outcomeBytes(outcomeOf(transaction))),
      inclusion: inclusionProof(leavesOf(block.transactions), index).map(hex),
      statement: await this.state(entry),
    };
    return { kind: 'embedded', document: { ...document } };
  }

  private async certificateOf(body: Uint8Array): Promise<string> {
    const key = ledgerKeys.certificate(readBody(body).certificate);
    return String((await this.read(key))?.value['der']);
  }

  private async state({ key, value, height, index }: Entry): Promise<EmbeddedProof['statement']> {
    const statement: Statement = {
      v: 1,
      type: 'aggregora/ledger-statement/1',
      chain: this.chain,
      key,
      hash: valueHash(value as Readonly<Record<string, Json>>),
      height,
      index,
      head: await this.head(),
    };
    const bytes = canonicalBytes(statement);
    return { bytes: b64u(bytes), signature: b64u(await this.options.operator.sign(sha256(bytes))) };
  }

  /** Judges the whole chain again from its first block and compares with what is stored. */
  fsck(): Promise<Findings> {
    return fsck(this.options.store);
  }

  async close(): Promise<void> {
    await this.queue.idle();
    await this.options.store.close();
  }
}

async function foundingOf(given: Founding, { operator, random }: ChainOptions): Promise<Waiting> {
  const command = readCommand(given);
  const certificate = thumbprint(operator.certificate);
  const by = operator.participant;
  const bytes = writeBody({ chain: NO_CHAIN, command, by, certificate, versionOf: () => null, nonce: random(16) });
  const signature = await operator.sign(sha256(bytes));
  return { id: transactionId(bytes), bytes, signature, body: readBody(bytes) };
}

function committedOr({ id, height, index, code }: Recorded): Committed {
  if (code !== 'VALID') throw new Refusal(code, { id, height, index });
  return { id, height, index };
}
