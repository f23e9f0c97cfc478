// The searcher's side of dx/1: write down, send, check, acknowledge, anchor, exchange proofs. Stopped anywhere, it goes on there.
import { Anchoring } from '../../adapters/ledger/anchoring/anchoring';
import { b64u, canonicalText, fromHex, hex, type JsonObject } from '../../domain/canonical';
import { sealedRequestIn } from '../../domain/confidential';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { verifyInclusion } from '../../domain/merkle';
import {
  acknowledge,
  type BundleSide,
  leafOf,
  type LeafKind,
  makeRequest,
  type Message,
  openAnswer,
  openPromise,
  type Opened,
  padsFor,
  readRequest,
  type Request,
} from '../../domain/receipts';
import { leafHash } from '../../domain/merkle';
import { Refusal } from '../../domain/refusals';
import { ledgerSigner, Underway, type Keyring } from '../../wire';
import type { Book, BookRecord } from '../book/book';
import type { BookEntry } from '../book/entries';
import type { Path } from './paths';
import { Registry } from './registry';

/** Records whose proofs are exchanged at once. */
const LANES = 4;

export interface Question {
  readonly repository: string;
  readonly owner: string;
  readonly template: string;
  readonly permit: string;
  readonly purpose: string;
  readonly parameters: JsonObject;
  /** Straight to the data end. */
  readonly direct?: boolean;
  /** Our HPKE key, to which the data end seals its answer; the relay then carries what it cannot read. */
  readonly sealedTo?: string;
}

export interface SearcherSettings {
  readonly keys: Keyring;
  readonly book: Book;
  readonly ledger: Ledger;
  /** The path to the data end of this owner, straight or through the exchange. */
  readonly pathTo: (owner: string, direct: boolean) => Path | Promise<Path>;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly id: () => string;
}

export class Searcher {
  private readonly registry: Registry;
  private readonly settling = new Underway<Opened>();
  private readonly anchoring: Anchoring;

  constructor(private readonly settings: SearcherSettings) {
    const { book, ledger, keys, random } = settings;
    this.registry = new Registry(ledger);
    const pad = () => ({ bytes: leafOf('PAD', random(32)) });
    this.anchoring = new Anchoring(book, ledger, ledgerSigner(keys), (n) => Array.from({ length: padsFor(n) }, pad));
  }

  /** A new exchange id, for an order that is placed before its question is written down. */
  newId(): string {
    return this.settings.id();
  }

  /** Writes the signed request down and returns its exchange id; nothing was sent yet. */
  prepare(question: Question, group = this.settings.id(), xid = this.settings.id()): string {
    const { keys, book, now, random } = this.settings;
    const { owner: to, direct, sealedTo, parameters, ...asked } = question;
    const fields = {
      ...asked,
      xid,
      from: keys.participant,
      to,
      ...(sealedTo === undefined
        ? { mode: 'clear', parameters }
        : {
            mode: 'sealed',
            parameters: canonicalText({ schema: 'aggregora/sealed-request/1', key: sealedTo, parameters }),
          }),
      salt: b64u(random(32)),
      issuedAt: now(),
    };
    const { bytes, statement } = makeRequest(fields as Parameters<typeof makeRequest>[0], keys.receipt);
    const way = direct === true ? ({ direct } as const) : {};
    book.write({ t: 'request', xid, group, at: now(), bytes: b64u(bytes), statement, ...way });
    return xid;
  }

  /**
   * Brings one record as far as acknowledged and promised. Returns what the data end said: an answer or a signed refusal.
   * Refuses what sending refuses, STILL_WAITING, ANSWER_MISMATCH. Called again meanwhile, it is the same settling.
   */
  settle(xid: string): Promise<Opened> {
    return this.settling.of(xid, () => this.bring(xid));
  }

  /** Records that have no promise yet and that nobody is settling now. A confidential part goes out with its question, not from here. */
  unsettled(): readonly string[] {
    const begun = (record: BookRecord) =>
      record.promise === undefined &&
      !this.settling.has(record.xid) &&
      (record.answer !== undefined || !isPart(readRequest(record.request.bytes)));
    return this.settings.book
      .all()
      .filter(begun)
      .map(({ xid }) => xid);
  }

  /** Goes on once with everything that was begun: what a crash or a closed laptop left behind. */
  async resume(): Promise<void> {
    for (const xid of this.unsettled()) {
      await this.settle(xid).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    }
  }

  private async bring(xid: string): Promise<Opened> {
    const record = this.settings.book.one(xid);
    const { to } = readRequest(record.request.bytes);
    const path = await this.settings.pathTo(to, record.direct === true);
    const certificate = await this.registry.receiptCertificate(to);
    const message = record.answer ?? (await path.ask(xid, record.request));
    const opened = openAnswer(message, record.request.bytes, certificate);
    const ack = this.written(record, message, opened);
    if (this.settings.book.one(xid).promise === undefined && opened.verdict === 'MATCH')
      await this.promised(xid, ack, path, certificate, opened);
    if (opened.verdict === 'MISMATCH') {
      await path.acknowledge(xid, ack).catch(() => undefined);
      throw new Refusal('ANSWER_MISMATCH', { xid });
    }
    return opened;
  }

  /** One step of anchoring, then proofs for every record that both sides have anchored. Returns how many became FINAL. */
  async advance(): Promise<number> {
    await this.anchoring.step();
    const waiting = this.settings.book
      .all()
      .filter(({ promise, owner }) => promise !== undefined && owner === undefined);
    let finals = 0;
    const lane = async (): Promise<void> => {
      for (let record = waiting.shift(); record !== undefined; record = waiting.shift()) {
        const one = await this.finalise(record);
        finals += one;
      }
    };
    // A proof on Fabric asks several peers: one after another, many records would keep the next anchor waiting.
    await Promise.all(Array.from({ length: LANES }, lane));
    return finals;
  }

  /** Puts answer and acknowledgement on disk together, whichever is missing, before the acknowledgement is sent. */
  private written({ xid, answer, ack }: BookRecord, message: Message, opened: Opened): string {
    const { book, keys, now } = this.settings;
    const statement = ack ?? acknowledge(opened, message.bytes, now(), keys.receipt);
    const entries: BookEntry[] = [];
    if (answer === undefined)
      entries.push({ t: 'answer', xid, bytes: b64u(message.bytes), statement: message.statement });
    if (ack === undefined) entries.push({ t: 'ack', xid, statement, leaf: hex(leafOf(kindOf(opened), opened.e)) });
    if (entries.length > 0) book.write(...entries);
    return statement;
  }

  private async promised(xid: string, ack: string, path: Path, certificate: Uint8Array, opened: Opened): Promise<void> {
    const statement = await path.acknowledge(xid, ack);
    openPromise(statement, { xid, e: opened.e }, certificate, this.settings.now());
    this.settings.book.write({ t: 'promise', xid, statement });
  }

  private async finalise(record: BookRecord): Promise<0 | 1> {
    const { book, pathTo } = this.settings;
    const proof = await this.ownProof(record);
    if (proof === undefined || record.leaf === undefined) return 0;
    const { to } = readRequest(record.request.bytes);
    const path = await pathTo(to, record.direct === true);
    try {
      const owner = await path.ownerSide(record.xid, record.leaf.slice(4));
      await this.mustHold(owner, to, fromHex(record.leaf));
      await path.giveProof(record.xid, proof);
      book.write({ t: 'final', xid: record.xid, owner });
      return 1;
    } catch (error) {
      // One record that cannot be proven (yet) must not keep the others from it: the next step asks again.
      if (error instanceof Refusal) return 0;
      throw error;
    }
  }

  /** Where our own leaf stands, once the ledger has it. */
  async ownProof(record: BookRecord) {
    const { book } = this.settings;
    const index = record.leaf === undefined ? undefined : book.placeOf(record.leaf);
    const batch = index === undefined ? undefined : book.anchoredOver(index);
    if (index === undefined || batch === undefined) return undefined;
    const tree = await this.anchoring.leaves();
    return { seq: batch.seq, index, inclusion: tree.inclusion(index, batch.size).map(hex) };
  }

  /** The other side's proof counts only against what the ledger itself says of its tree. Refuses PROOF_DOES_NOT_FIT. */
  private async mustHold(side: BundleSide, owner: string, leaf: Uint8Array): Promise<void> {
    const anchor = await this.settings.ledger.read(ledgerKeys.anchor(owner, side.head.seq));
    const { size, root } = (anchor?.value ?? {}) as { size?: number; root?: string };
    const fits =
      side.participant === owner &&
      size === side.head.size &&
      root === side.head.root &&
      verifyInclusion({
        leafHash: leafHash(leaf),
        index: side.index,
        size,
        proof: side.inclusion.map((hash) => fromHex(hash, 32)),
        root: fromHex(root, 32),
      });
    if (!fits) throw new Refusal('PROOF_DOES_NOT_FIT', { owner });
  }
}

/** A part of a confidential question: it goes its own way. */
export const isPart = (request: Request): boolean =>
  request.mode === 'sealed' && sealedRequestIn(request) === undefined;

function kindOf({ answer, verdict }: Opened): LeafKind {
  if (verdict === 'MISMATCH') return 'MISMATCH';
  return answer.status === 'ANSWERED' ? 'COMPLETED' : 'REFUSED';
}
