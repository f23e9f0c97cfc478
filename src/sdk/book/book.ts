// A searcher's book: its exchange records and its own tree, kept in one journal file and replayed from it.
import type { AnchorBook, Batch, Leaf, OpenBatch } from '../../adapters/ledger/anchoring/book';
import { b64u, fromB64u, hex } from '../../domain/canonical';
import type { Committed, SignedTransaction } from '../../domain/ledger/port';
import type { BundleSide, Message, ReceiptState } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import type { BookEntry } from './entries';
import { Journal } from './journal';

/** One exchange record as the searcher has it so far. */
export interface BookRecord {
  readonly xid: string;
  readonly group: string;
  readonly at: number;
  readonly request: Message;
  /** Goes straight to the data end, not through the exchange. */
  readonly direct?: true;
  readonly answer?: Message;
  readonly ack?: string;
  readonly promise?: string;
  /** Hex of the leaf this record put into our tree. */
  readonly leaf?: string;
  readonly owner?: BundleSide;
}

/** How far a record has come, from what was written down. */
export function stateOf(record: BookRecord): ReceiptState {
  if (record.owner !== undefined) return 'FINAL';
  if (record.promise !== undefined) return 'ACKED';
  return record.answer === undefined ? 'REQUESTED' : 'ANSWERED';
}

export class Book implements AnchorBook {
  private readonly records = new Map<string, BookRecord>();
  private readonly tree: Uint8Array[] = [];
  private readonly places = new Map<string, number>();
  private waiting: Uint8Array[] = [];
  private batches: { batch: Batch; transaction?: SignedTransaction; committed?: Committed }[] = [];

  private constructor(private readonly journal: Journal<BookEntry>) {
    for (const entry of journal.entries) this.replay(entry);
  }

  /** Refuses BOOK_IN_USE, BOOK_DAMAGED. */
  static open(file: string): Book {
    return new Book(Journal.open<BookEntry>(file));
  }

  write(...entries: readonly BookEntry[]): void {
    this.journal.append(...entries);
    for (const entry of entries) this.replay(entry);
  }

  /** Refuses EXCHANGE_UNKNOWN. */
  one(xid: string): BookRecord {
    const record = this.records.get(xid);
    if (record === undefined) throw new Refusal('EXCHANGE_UNKNOWN', { xid });
    return record;
  }

  /** All records, oldest first. */
  all(): readonly BookRecord[] {
    return [...this.records.values()];
  }

  /** Where a record's leaf stands in our tree; undefined until a batch is sealed over it. */
  placeOf(leaf: string): number | undefined {
    return this.places.get(leaf);
  }

  /** The first anchored batch that holds the leaf at this index. */
  anchoredOver(index: number): Batch | undefined {
    return this.batches.find(({ batch, committed }) => committed !== undefined && batch.size > index)?.batch;
  }

  close(): void {
    this.journal.close();
  }

  // AnchorBook
  sealed(): Promise<readonly Uint8Array[]> {
    return Promise.resolve([...this.tree]);
  }

  pending(limit: number): Promise<readonly Leaf[]> {
    return Promise.resolve(this.waiting.slice(0, limit).map((bytes) => ({ bytes })));
  }

  seal(batch: Batch, count: number, padding: readonly Leaf[]): Promise<void> {
    this.write({ t: 'seal', batch, count, padding: padding.map((leaf) => hex(leaf.bytes)) });
    return Promise.resolve();
  }

  open(): Promise<OpenBatch | undefined> {
    const open = this.batches.find(({ committed }) => committed === undefined);
    return Promise.resolve(
      open && { ...open.batch, ...(open.transaction === undefined ? {} : { transaction: open.transaction }) },
    );
  }

  last(): Promise<{ batch: Batch; committed: Committed } | undefined> {
    const { batch, committed } = this.batches.findLast((entry) => entry.committed !== undefined) ?? {};
    return Promise.resolve(batch && committed && { batch, committed });
  }

  signed(seq: number, transaction: SignedTransaction | undefined): Promise<void> {
    this.write({
      t: 'signed',
      seq,
      transaction: transaction === undefined ? null : { id: transaction.id, bytes: b64u(transaction.bytes) },
    });
    return Promise.resolve();
  }

  anchored(seq: number, { height, index }: Committed): Promise<void> {
    this.write({ t: 'anchored', seq, height, index });
    return Promise.resolve();
  }

  private replay(entry: BookEntry): void {
    switch (entry.t) {
      case 'request': {
        const { xid, group, at, bytes, statement, direct } = entry;
        const way = direct === undefined ? {} : { direct };
        this.records.set(xid, { xid, group, at, request: { bytes: fromB64u(bytes), statement }, ...way });
        return;
      }
      case 'answer':
        return this.extend(entry.xid, { answer: { bytes: fromB64u(entry.bytes), statement: entry.statement } });
      case 'ack':
        this.waiting.push(new Uint8Array(Buffer.from(entry.leaf, 'hex')));
        return this.extend(entry.xid, { ack: entry.statement, leaf: entry.leaf });
      case 'promise':
        return this.extend(entry.xid, { promise: entry.statement });
      case 'final':
        return this.extend(entry.xid, { owner: entry.owner });
      case 'seal':
        return this.place(entry.batch, entry.count, entry.padding);
      case 'signed':
        return this.changeBatch(entry.seq, ({ batch }) => ({
          batch,
          ...(entry.transaction === null
            ? {}
            : { transaction: { id: entry.transaction.id, bytes: fromB64u(entry.transaction.bytes) } }),
        }));
      case 'anchored':
        return this.changeBatch(entry.seq, (before) => ({
          ...before,
          committed: { id: '', height: entry.height, index: entry.index },
        }));
    }
  }

  private extend(xid: string, more: Partial<BookRecord>): void {
    this.records.set(xid, { ...this.one(xid), ...more });
  }

  private place(batch: Batch, count: number, padding: readonly string[]): void {
    const leaves = [
      ...this.waiting.slice(0, count),
      ...padding.map((leaf) => new Uint8Array(Buffer.from(leaf, 'hex'))),
    ];
    this.waiting = this.waiting.slice(count);
    for (const leaf of leaves) this.places.set(hex(leaf), this.tree.push(leaf) - 1);
    this.batches.push({ batch });
  }

  private changeBatch(
    seq: number,
    change: (before: (typeof this.batches)[number]) => (typeof this.batches)[number],
  ): void {
    this.batches = this.batches.map((entry) => (entry.batch.seq === seq ? change(entry) : entry));
  }
}
