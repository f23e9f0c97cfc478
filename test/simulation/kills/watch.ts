// Remembers the digest of every answer wherever it is seen: a second digest under one exchange id is the failure this looks for.
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { fromB64u, hex, sha256 } from '../../../src/domain/canonical';
import type { Town } from '../../../src/launch/town';
import { entriesOf } from './book';

export const databaseOf = (program: string): string =>
  program === 'exchange' ? 'exchange' : `data_end_${program.replaceAll('-', '_')}`;

/** Rows from one program's database, read as the superuser; a fresh connection each time, because servers are killed here. */
export async function rowsOf<T extends object>(town: Town, program: string, sql: string): Promise<T[]> {
  const client = new Client({
    connectionString: town.postgres.url(databaseOf(program)),
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export class Watch {
  /** Digests seen, by exchange id. */
  readonly seen = new Map<string, Set<string>>();
  private stopped = false;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly town: Town,
    private readonly owners: readonly string[],
    private readonly bookFile: string,
  ) {}

  start(): void {
    this.loop = this.watch();
  }

  /** One last look everywhere; throws when a database cannot be read. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
    await this.look();
  }

  private async watch(): Promise<void> {
    while (!this.stopped) {
      await this.look().catch(() => undefined); // A killed server shows nothing now, and its rows later.
      await pause(1_000);
    }
  }

  private async look(): Promise<void> {
    for (const entry of entriesOf(this.bookFile)) if (entry.t === 'answer') this.note(entry.xid, fromB64u(entry.bytes));
    const places = [
      ['exchange', 'relayed_exchanges'] as const,
      ...this.owners.map((one) => [one, 'exchanges'] as const),
    ];
    for (const [program, table] of places) {
      const sql = `SELECT xid, answer FROM ${table} WHERE answer IS NOT NULL`;
      for (const { xid, answer } of await rowsOf<{ xid: string; answer: Buffer }>(this.town, program, sql))
        this.note(xid, new Uint8Array(answer));
    }
  }

  private note(xid: string, bytes: Uint8Array): void {
    const known = this.seen.get(xid) ?? new Set();
    this.seen.set(xid, known.add(hex(sha256(bytes))));
  }
}
