// CSV and Parquet files behind the port: loaded once, then asked in a locked, read-only DuckDB.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { contentId } from '../../../domain/canonical';
import { Refusal } from '../../../domain/refusals';
import type { GroupRow, SumsPlan } from '../../../domain/templates/plan';
import type { FileConfig } from '../config';
import { groupRow, type Statement } from '../contract';
import type { Kind, Mapping } from '../mapping';
import type { RunOptions, Source, SourceColumn } from '../port';
import { compile, compileUnits } from './compile';
import { lock, openForLoading, openLocked, rows } from './engine';
import { load } from './load';

/** Loads the file, or takes what an earlier start loaded from equal bytes. Refuses SOURCE_DOWN and what `load` refuses. */
export async function openFile(config: FileConfig): Promise<Source> {
  const version = contentId('aggregora/source-version/1', {
    digest: await digest(config.file),
    columns: config.columns,
  });
  const table = config.table ?? 'source';
  const instance =
    config.folder === undefined ? await inMemory(config, table) : await inFile(config, config.folder, table, version);
  const columns = await using(instance, (connection) => described(connection, table));
  return new DuckDBSource(instance, version, columns, { table, columns: config.columns, kinds: kindsOf(columns) });
}

class DuckDBSource implements Source {
  readonly dialect = 'duckdb';

  constructor(
    private readonly instance: DuckDBInstance,
    private readonly content: string,
    private readonly columns: readonly SourceColumn[],
    private readonly mapping: Mapping,
  ) {}

  describe(): Promise<readonly SourceColumn[]> {
    return Promise.resolve(this.columns);
  }

  async run(plan: SumsPlan, options: RunOptions): Promise<readonly GroupRow[]> {
    const found = await this.asked(compile(plan, this.mapping, options.secret), options);
    return found.map((row) => groupRow(plan, row));
  }

  async units(plan: SumsPlan, options: RunOptions, most: number): Promise<readonly string[]> {
    const found = await this.asked(compileUnits(plan, this.mapping, options.secret, most), options);
    return found.map(([unit]) => String(unit));
  }

  private asked({ text, values }: Statement, { timeoutMs }: RunOptions): Promise<readonly (readonly unknown[])[]> {
    return using(this.instance, async (connection) => {
      const late = interruptedAfter(connection, timeoutMs);
      try {
        const found = await rows(connection, text, values);
        if (late.now()) throw new Error('late');
        return found;
      } catch {
        throw new Error('The question failed in the source.'); // The engine's own text may quote a value.
      } finally {
        late.stop();
      }
    });
  }

  version(): Promise<string> {
    return Promise.resolve(this.content);
  }

  close(): Promise<void> {
    this.instance.closeSync();
    return Promise.resolve();
  }
}

/** Interrupts what runs on the connection, again and again: an interrupt between two steps of the engine is lost. */
function interruptedAfter(connection: DuckDBConnection, timeoutMs: number): { now(): boolean; stop(): void } {
  let late = false;
  const stroke = (): void => {
    late = true;
    connection.interrupt();
    timer = setTimeout(stroke, 20);
  };
  let timer = setTimeout(stroke, timeoutMs);
  return {
    now: () => late,
    stop: () => {
      clearTimeout(timer);
    },
  };
}

async function inMemory(config: FileConfig, table: string): Promise<DuckDBInstance> {
  const instance = await openForLoading(':memory:');
  await using(instance, async (connection) => {
    await load(connection, config, table);
    await lock(connection);
  });
  return instance;
}

async function inFile(config: FileConfig, folder: string, table: string, version: string): Promise<DuckDBInstance> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = createHash('sha256').update(`${version} ${table}`).digest('hex').slice(0, 32);
  const file = join(folder, `${name}.duckdb`);
  if (!(await exists(file))) await loadInto(file, config, table);
  return openLocked(file);
}

/** Written beside and renamed, so that a load that died leaves no half table behind. */
async function loadInto(file: string, config: FileConfig, table: string): Promise<void> {
  const unfinished = `${file}.${String(process.pid)}`;
  await rm(unfinished, { force: true });
  const instance = await openForLoading(unfinished);
  try {
    await using(instance, (connection) => load(connection, config, table));
    instance.closeSync();
    await chmod(unfinished, 0o600);
    await rename(unfinished, file);
  } catch (error) {
    instance.closeSync();
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function using<T>(instance: DuckDBInstance, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    throw new Refusal('SOURCE_DOWN');
  }
  return hash.digest('hex');
}

async function described(connection: DuckDBConnection, table: string): Promise<readonly SourceColumn[]> {
  const found = await rows(
    connection,
    'SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $1 ORDER BY column_index',
    [table],
  );
  return found.map(([name, type]) => ({ name: String(name), type: String(type) }));
}

const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^U?(TINYINT|SMALLINT|INTEGER|BIGINT)$|^HUGEINT$/, 'integer'],
  [/^DECIMAL/, 'decimal'],
  [/^DOUBLE$/, 'float'],
  [/^BOOLEAN$/, 'boolean'],
  [/^DATE$/, 'date'],
  [/^TIMESTAMP WITH TIME ZONE$/, 'timestamptz'],
  [/^TIMESTAMP$/, 'timestamp'],
];

const kindsOf = (columns: readonly SourceColumn[]): Record<string, Kind> =>
  Object.fromEntries(
    columns.map(({ name, type }) => [name, KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'text']),
  );
