// The chain in PostgreSQL: one advisory lock makes one writer, one transaction makes one block.
import type { DataSource } from 'typeorm';
import type { Block, BlockTransaction, SignedHeader } from '../../../domain/ledger/blocks';
import type { Versioned, VersionedState } from '../../../domain/ledger/judge';
import type { Entry, LedgerEvent } from '../../../domain/ledger/port';
import type { Write } from '../../../domain/ledger/state';
import type { ChainReads, ChainStore, ChainWriter, Recorded } from '../chain/store';
import { orDown } from './down';

/** `aggregora ledger` as a number: the same in every process of the exchange. */
const WRITER_LOCK = 0x6167_6c64;

/** A DataSource or the manager of an open transaction. */
interface Queries {
  query<T>(sql: string, parameters?: unknown[]): Promise<T>;
}

const hexed = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (stored: Buffer): Uint8Array => new Uint8Array(stored);

export class PostgresStore implements ChainStore {
  private readonly reads: Reads;

  /** The DataSource stays its owner's: closing the store does not close it. */
  constructor(private readonly database: DataSource) {
    this.reads = new Reads(database);
  }

  head(): Promise<SignedHeader | undefined> {
    return orDown(this.reads.head());
  }

  entries(keys: readonly string[]): Promise<VersionedState> {
    return orDown(this.reads.entries(keys));
  }

  find(ids: readonly string[]): Promise<ReadonlyMap<string, Recorded>> {
    return orDown(this.reads.find(ids));
  }

  async list(prefix: string, after: string, limit: number): Promise<readonly Entry[]> {
    const rows = await orDown(
      this.database.query<StateRow[]>(
        `SELECT key, value, height, index FROM ledger_state
         WHERE key > $2 AND key >= $1 AND starts_with(key, $1) ORDER BY key LIMIT $3`,
        [prefix, after, limit],
      ),
    );
    return rows.map((row) => ({ key: row.key, ...versioned(row) }));
  }

  async events(above: number, blocks: number): Promise<readonly LedgerEvent[]> {
    const rows = await orDown(
      this.database.query<EventRow[]>(
        `SELECT e.height, e.index, e.type, e.key, t.signed_by AS by
         FROM ledger_events e JOIN ledger_transactions t USING (height, index)
         WHERE e.height IN (SELECT DISTINCT height FROM ledger_events WHERE height > $1 ORDER BY height LIMIT $2)
         ORDER BY e.height, e.index, e.place`,
        [above, blocks],
      ),
    );
    return rows.map((row) => ({ ...row, height: Number(row.height) }));
  }

  async block(height: number): Promise<Block | undefined> {
    const [header] = await this.headers(height, 1);
    if (header === undefined) return undefined;
    const found = await orDown(
      this.database.query<TransactionRow[]>(
        `SELECT t.id, t.body, t.signature, t.code, t.writes, t.signed_by,
           coalesce((SELECT jsonb_agg(jsonb_build_object('type', e.type, 'key', e.key) ORDER BY e.place)
             FROM ledger_events e WHERE e.height = t.height AND e.index = t.index), '[]') AS events
         FROM ledger_transactions t WHERE t.height = $1 ORDER BY t.index`,
        [height],
      ),
    );
    return { ...header, transactions: found.map(transactionOf) };
  }

  async headers(from: number, limit: number): Promise<readonly SignedHeader[]> {
    const rows = await orDown(
      this.database.query<HeaderRow[]>(
        'SELECT header, signature FROM ledger_blocks WHERE height >= $1 AND height < $1 + $2 ORDER BY height',
        [from, limit],
      ),
    );
    return rows.map(headerOf);
  }

  exclusively<T>(work: (writer: ChainWriter) => Promise<T>): Promise<T> {
    return orDown(
      this.database.transaction(async (tx) => {
        // Held until commit, so the next writer sees this block; every later statement takes a snapshot after it.
        await tx.query('SELECT pg_advisory_xact_lock($1)', [WRITER_LOCK]);
        return work(new Writer(tx));
      }),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class Reads implements ChainReads {
  constructor(protected readonly tx: Queries) {}

  async head(): Promise<SignedHeader | undefined> {
    const sql = 'SELECT header, signature FROM ledger_blocks ORDER BY height DESC LIMIT 1';
    return (await this.tx.query<HeaderRow[]>(sql)).map(headerOf)[0];
  }

  async entries(keys: readonly string[]): Promise<VersionedState> {
    const sql = 'SELECT key, value, height, index FROM ledger_state WHERE key = ANY($1)';
    const rows = await this.tx.query<StateRow[]>(sql, [keys]);
    return new Map(rows.map((row) => [row.key, versioned(row)]));
  }

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Recorded>> {
    const sql = 'SELECT id, height, index, code FROM ledger_transactions WHERE id = ANY($1)';
    const rows = await this.tx.query<PlaceRow[]>(sql, [ids]);
    return new Map(rows.map((row) => [row.id, { ...row, height: Number(row.height) }]));
  }
}

class Writer extends Reads implements ChainWriter {
  async append({ header, signature, transactions }: Block, height: number): Promise<void> {
    await this.tx.query('INSERT INTO ledger_blocks (height, header, signature) VALUES ($1, $2, $3)', [
      height,
      Buffer.from(header),
      Buffer.from(signature),
    ]);
    await this.appendTransactions(transactions, height);
    await this.appendEvents(transactions, height);
    await this.changeState(transactions, height);
  }

  private async appendTransactions(transactions: readonly BlockTransaction[], height: number): Promise<void> {
    const rows = transactions.map(({ id, body, signature, verdict, by }, index) => {
      return {
        index,
        id,
        body: hexed(body),
        signature: hexed(signature),
        code: verdict.code,
        writes: verdict.writes,
        by,
      };
    });
    await this.tx.query(
      `INSERT INTO ledger_transactions (height, index, id, body, signature, code, writes, signed_by)
       SELECT $1, r.index, r.id, decode(r.body, 'hex'), decode(r.signature, 'hex'), r.code, r.writes, r.by
       FROM jsonb_to_recordset($2::jsonb)
         AS r(index int, id text, body text, signature text, code text, writes jsonb, by text)`,
      [height, JSON.stringify(rows)],
    );
  }

  private async appendEvents(transactions: readonly BlockTransaction[], height: number): Promise<void> {
    const rows = transactions.flatMap(({ verdict }, index) =>
      verdict.events.map(({ type, key }, place) => ({ index, place, type, key })),
    );
    await this.tx.query(
      `INSERT INTO ledger_events (height, index, place, type, key)
       SELECT $1, r.index, r.place, r.type, r.key
       FROM jsonb_to_recordset($2::jsonb) AS r(index int, place int, type text, key text)`,
      [height, JSON.stringify(rows)],
    );
  }

  /** The last write of a block to a key is the one that stays. */
  private async changeState(transactions: readonly BlockTransaction[], height: number): Promise<void> {
    const last = new Map<string, Write & { readonly index: number }>();
    transactions.forEach(({ verdict }, index) => {
      for (const write of verdict.writes) last.set(write.key, { ...write, index });
    });
    await this.tx.query(
      `INSERT INTO ledger_state (key, value, height, index)
       SELECT r.key, r.value, $1, r.index FROM jsonb_to_recordset($2::jsonb) AS r(key text, value jsonb, index int)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, height = excluded.height, index = excluded.index`,
      [height, JSON.stringify([...last.values()])],
    );
  }
}

interface HeaderRow {
  readonly header: Buffer;
  readonly signature: Buffer;
}

/** bigint columns arrive as text. */
interface StateRow {
  readonly key: string;
  readonly value: Versioned['value'];
  readonly height: string;
  readonly index: number;
}

type PlaceRow = Omit<Recorded, 'height'> & { readonly height: string };
type EventRow = Omit<LedgerEvent, 'height'> & { readonly height: string };

interface TransactionRow {
  readonly id: string;
  readonly body: Buffer;
  readonly signature: Buffer;
  readonly code: string;
  readonly writes: readonly Write[];
  readonly signed_by: string;
  readonly events: BlockTransaction['verdict']['events'];
}

function headerOf({ header, signature }: HeaderRow): SignedHeader {
  return { header: bytesOf(header), signature: bytesOf(signature) };
}

function versioned({ value, height, index }: StateRow): Versioned {
  return { value, height: Number(height), index };
}

function transactionOf({ id, body, signature, code, writes, events, signed_by: by }: TransactionRow): BlockTransaction {
  return { id, body: bytesOf(body), signature: bytesOf(signature), verdict: { code, writes, events }, by };
}
