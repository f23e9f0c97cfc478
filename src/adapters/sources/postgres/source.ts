// A table or view of an owner's PostgreSQL behind the port: a small pool, read-only transactions, a time limit on every question.
import { readFile, stat } from 'node:fs/promises';
import { Pool, type PoolClient } from 'pg';
import { contentId } from '../../../domain/canonical';
import { Refusal } from '../../../domain/refusals';
import type { GroupRow, SumsPlan } from '../../../domain/templates/plan';
import { ROW_NUMBER, type PostgresConfig } from '../config';
import { groupRow, type Value } from '../contract';
import { quoted, quotedTable, type Kind, type Mapping } from '../mapping';
import type { RunOptions, Source, SourceColumn } from '../port';
import { compile, compileUnits } from './compile';

/** Most questions at once. */
const CONNECTIONS = 4;
const CONNECT_MS = 10_000;
const DESCRIBE_MS = 60_000;
const VERSION_MS = 600_000;

/** Connects, and checks table and columns. Refuses SOURCE_DOWN, SOURCE_TABLE_UNKNOWN, SOURCE_COLUMN_UNKNOWN. */
export async function openPostgres(config: PostgresConfig): Promise<Source> {
  const pool = new Pool({
    connectionString: await urlOf(config),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'aggregora source',
    options:
      '-c default_transaction_read_only=on -c timezone=UTC -c datestyle=ISO -c jit=off -c client_min_messages=error',
  });
  pool.on('error', () => undefined); // An idle connection that broke is replaced at the next question.
  const source = new PostgresSource(pool, config);
  try {
    await source.check();
    return source;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

class PostgresSource implements Source {
  readonly dialect = 'postgres';

  constructor(
    private readonly pool: Pool,
    private readonly config: PostgresConfig,
  ) {}

  private mapping: Mapping | undefined;

  async check(): Promise<Mapping> {
    const columns = await this.describe();
    const kinds = Object.fromEntries(columns.map(({ name, type }) => [name, kindOfType(type)]));
    for (const column of Object.values(this.config.columns))
      if (column === ROW_NUMBER || !Object.hasOwn(kinds, column))
        throw new Refusal('SOURCE_COLUMN_UNKNOWN', { column });
    this.mapping = { table: this.config.table, columns: this.config.columns, kinds };
    return this.mapping;
  }

  async describe(): Promise<readonly SourceColumn[]> {
    const text = `SELECT a.attname, format_type(a.atttypid, NULL), format_type(CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, NULL)
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = to_regclass($1) AND has_table_privilege(to_regclass($1), 'SELECT') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;
    const found = await this.reading(DESCRIBE_MS, (client) => answer(client, text, [quotedTable(this.config.table)]));
    if (found.length === 0) throw new Refusal('SOURCE_TABLE_UNKNOWN', { table: this.config.table });
    return found.map(([name, , type]) => ({ name: String(name), type: String(type) }));
  }

  async run(plan: SumsPlan, options: RunOptions): Promise<readonly GroupRow[]> {
    const statement = compile(plan, this.mapping ?? (await this.check()), options.secret);
    const found = await this.reading(options.timeoutMs, (client) => answer(client, statement.text, statement.values));
    return found.map((row) => groupRow(plan, row));
  }

  async units(plan: SumsPlan, options: RunOptions, most: number): Promise<readonly string[]> {
    const { text, values } = compileUnits(plan, this.mapping ?? (await this.check()), options.secret, most);
    const found = await this.reading(options.timeoutMs, (client) => answer(client, text, values));
    return found.map(([unit]) => String(unit));
  }

  /** The owner's own version text where one is stated; otherwise an order-free digest of every mapped value, read in full. */
  async version(): Promise<string> {
    const { columns, table, version } = this.config;
    if (version !== undefined) return contentId('aggregora/source-version/1', { version, table, columns });
    const row = `ROW(${[...new Set(Object.values(columns))].map(quoted).join(', ')})::text`;
    const sums = [1, 2, 3, 4].map((seed) => `sum(hashtextextended(${row}, ${String(seed)})::numeric)::text`);
    const [digest = []] = await this.reading(VERSION_MS, (client) =>
      answer(client, `SELECT count(*)::text, ${sums.join(', ')} FROM ${quotedTable(table)}`, []),
    );
    return contentId('aggregora/source-version/1', { digest: digest.map((part) => String(part)), table, columns });
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** One read-only transaction. SOURCE_DOWN only while no statement ran; afterwards a bare error, without the server's text. */
  private async reading<T>(timeoutMs: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connected(timeoutMs);
    let failed = true;
    try {
      const result = await work(client);
      await client.query('COMMIT');
      failed = false;
      return result;
    } catch {
      throw new Error('The question failed in the source.'); // The server's own text may quote a value.
    } finally {
      client.release(failed); // A connection that failed is closed, which also cancels what may still run.
    }
  }

  private async connected(timeoutMs: number): Promise<PoolClient> {
    let client: PoolClient | undefined;
    try {
      client = await this.pool.connect();
      await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      await client.query(`SET LOCAL statement_timeout = ${String(Math.max(1, Math.floor(timeoutMs)))}`);
      return client;
    } catch {
      client?.release(true);
      throw new Refusal('SOURCE_DOWN');
    }
  }
}

async function answer(
  client: PoolClient,
  text: string,
  values: readonly Value[],
): Promise<readonly (readonly unknown[])[]> {
  const bound = values.map((value) =>
    typeof value === 'bigint' ? String(value) : typeof value === 'object' ? value.map(String) : value,
  );
  const result = await client.query<unknown[]>({ text, values: bound, rowMode: 'array' });
  return result.rows;
}

async function urlOf(config: PostgresConfig): Promise<string> {
  if (config.urlFile === undefined) {
    const url = process.env[config.urlVariable ?? ''];
    if (url === undefined || url === '') throw new Refusal('SOURCE_DOWN', { variable: config.urlVariable ?? '' });
    return url;
  }
  const { mode } = await stat(config.urlFile).catch(() => {
    throw new Refusal('SOURCE_DOWN');
  });
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new Refusal('SOURCE_DOWN', { mode: (mode & 0o777).toString(8) });
  return (await readFile(config.urlFile, 'utf8')).trim();
}

const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^(smallint|integer|bigint)$/, 'integer'],
  [/^numeric/, 'decimal'],
  [/^(real|double precision)$/, 'float'],
  [/^boolean$/, 'boolean'],
  [/^date$/, 'date'],
  [/^timestamp.* with time zone$/, 'timestamptz'],
  [/^timestamp.* without time zone$/, 'timestamp'],
];

const kindOfType = (type: string): Kind => KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'text';
