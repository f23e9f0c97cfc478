// The data end's anchor book in PostgreSQL: what is sealed stays sealed, and one transaction seals one batch.
import { type DataSource, IsNull, Not } from 'typeorm';
import type { AnchorBook, Batch, Leaf, OpenBatch } from '../../adapters/ledger/anchoring/book';
import type { Committed, SignedTransaction } from '../../domain/ledger/port';
import { leafKinds } from '../../domain/receipts';
import { BatchRow, LeafRow } from './entities';

export class PostgresBook implements AnchorBook {
  /** Ids of the leaves last shown as pending: exactly these are sealed, although an older id may have been committed since. */
  private shown: readonly string[] = [];

  constructor(private readonly database: DataSource) {}

  async sealed(): Promise<readonly Uint8Array[]> {
    const rows = await this.leaves.find({
      where: { index: Not(IsNull()) },
      order: { index: 'ASC' },
      select: { bytes: true, id: true },
    });
    return rows.map((row) => new Uint8Array(row.bytes));
  }

  async pending(limit: number): Promise<readonly Leaf[]> {
    const rows = await this.leaves.find({ where: { index: IsNull() }, order: { id: 'ASC' }, take: limit });
    this.shown = rows.map(({ id }) => id);
    return rows.map((row) => ({ bytes: new Uint8Array(row.bytes) }));
  }

  async seal(batch: Batch, count: number, padding: readonly Leaf[]): Promise<void> {
    const first = batch.size - count - padding.length;
    await this.database.transaction(async (tx) => {
      const ids = this.shown.slice(0, count);
      const [, placed] = await tx.query<[unknown, number]>(
        `UPDATE leaves SET index = placed.index, batch = $3
         FROM unnest($1::bigint[], $2::bigint[]) AS placed(id, index) WHERE leaves.id = placed.id AND leaves.index IS NULL`,
        [ids, ids.map((_, i) => first + i), batch.seq],
      );
      if (placed !== count) throw new Error('The leaves to be sealed are not there any more.');
      const pads = padding.map((leaf, i) => ({
        index: String(first + count + i),
        bytes: Buffer.from(leaf.bytes),
        e: null,
        kind: leafKinds.PAD,
        batch: batch.seq,
      }));
      if (pads.length > 0) await tx.insert(LeafRow, pads);
      const { seq, size, root, consistency, previous } = batch;
      await tx.insert(BatchRow, { seq, size: String(size), root, consistency: [...consistency], previous });
    });
  }

  async open(): Promise<OpenBatch | undefined> {
    const row = await this.batches.findOneBy({ height: IsNull() });
    if (row === null) return undefined;
    const { txId: id, txBytes: bytes } = row;
    return {
      ...batchOf(row),
      ...(id === null || bytes === null ? {} : { transaction: { id, bytes: new Uint8Array(bytes) } }),
    };
  }

  async last(): Promise<{ batch: Batch; committed: Committed } | undefined> {
    const [row] = await this.batches.find({ where: { height: Not(IsNull()) }, order: { seq: 'DESC' }, take: 1 });
    return (
      row && { batch: batchOf(row), committed: { id: row.txId ?? '', height: row.height ?? 0, index: row.index ?? 0 } }
    );
  }

  async signed(seq: number, transaction: SignedTransaction | undefined): Promise<void> {
    const [txId, txBytes] = transaction === undefined ? [null, null] : [transaction.id, Buffer.from(transaction.bytes)];
    await this.batches.update({ seq }, { txId, txBytes });
  }

  async anchored(seq: number, { height, index }: Committed): Promise<void> {
    await this.batches.update({ seq }, { height, index });
  }

  private get leaves() {
    return this.database.getRepository(LeafRow);
  }

  private get batches() {
    return this.database.getRepository(BatchRow);
  }
}

const batchOf = ({ seq, size, root, consistency, previous }: BatchRow): Batch => ({
  seq,
  size: Number(size),
  root,
  consistency,
  previous,
});
