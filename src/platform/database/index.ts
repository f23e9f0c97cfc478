// One database a program: TypeORM over PostgreSQL, migrated by one process at a time before anything else runs.
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type EntitySchema, type MixedList } from 'typeorm';

export interface DatabaseSettings {
  readonly url: string;
  readonly entities: MixedList<string | EntitySchema | (new () => object)>;
  readonly migrations: MixedList<string | (new () => object)>;
  readonly connections?: number;
}

/** Any number, the same for all: whoever holds it migrates. */
const MIGRATION_LOCK = 0x6167_6772;

/** A connected and migrated DataSource. Statements are bounded, so that no request waits for ever. */
export async function openDatabase(settings: DatabaseSettings): Promise<DataSource> {
  const database = new DataSource({
    type: 'postgres',
    url: settings.url,
    entities: settings.entities as never,
    migrations: settings.migrations as never,
    migrationsTransactionMode: 'each',
    poolSize: settings.connections ?? 20,
    extra: { statement_timeout: 60_000, idle_in_transaction_session_timeout: 60_000 },
  });
  await patiently(() => database.initialize());
  await migrate(database);
  return database;
}

/** A server that was killed replays its log before it lets anybody in; a program that starts meanwhile waits for it. */
const PATIENCE_MS = 30_000;
/** SQLSTATE 57P03 is "the database system is starting up". */
const coming = new Set(['57P03', 'ECONNREFUSED', 'ECONNRESET']);

async function patiently(connect: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await connect();
      return;
    } catch (error) {
      if (!coming.has((error as NodeJS.ErrnoException).code ?? '') || performance.now() > end) throw error;
    }
    await pause(250);
  }
}

async function migrate(database: DataSource): Promise<void> {
  const lock = database.createQueryRunner();
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.runMigrations();
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.release();
  }
}
