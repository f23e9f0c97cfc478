// Migrations are append-only, can be taken back, and leave the tables that the entities describe: checked on a real PostgreSQL.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { runSql, startPostgres } from '../../platform/postgres';
import { differences } from './drift';

const root = join(__dirname, '..', '..', '..');
const list = join(__dirname, 'migrations.json');
const programs = ['exchange', 'data-end', 'compute-node'] as const;

type Finished = Readonly<Record<string, string>>;

function filesOf(program: string): string[] {
  const folder = join('migrations', program);
  const found = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  return found.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts')).map((name) => `${folder}/${name}`);
}

const hashOf = (path: string): string =>
  createHash('sha256')
    .update(readFileSync(join(root, path)))
    .digest('hex');

/** What is wrong with finished files. With `update` new files are added to the list; a changed one is never forgiven. */
function finishedOnes(update: boolean): string[] {
  const finished = JSON.parse(existsSync(list) ? readFileSync(list, 'utf8') : '{}') as Finished;
  const files = programs.flatMap(filesOf).sort();
  const faults = Object.entries(finished).flatMap(([path, hash]) => {
    if (!files.includes(path)) return [`${path} is gone: databases out there have run it. Bring it back.`];
    return hashOf(path) === hash ? [] : [`${path} changed after it was finished. Restore it and write a further one.`];
  });
  const fresh = files.filter((path) => finished[path] === undefined);
  if (update) {
    const all = { ...finished, ...Object.fromEntries(fresh.map((path) => [path, hashOf(path)])) };
    writeFileSync(list, `${JSON.stringify(all, null, 2)}\n`);
  } else if (fresh.length > 0) {
    process.stdout.write(`note: not finished yet (npm run migrations:accept): ${fresh.join(', ')}\n`);
  }
  return faults;
}

async function tablesIn(database: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await database.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'S', 'v')
     AND c.relname NOT IN ('migrations', 'migrations_id_seq')`,
  );
  return rows.map((row) => row.name);
}

/** Up, all the way down to nothing, and up again; then entities against tables. */
async function upDownUp(program: string, url: string): Promise<string[]> {
  const database = new DataSource({
    type: 'postgres',
    url,
    migrations: [join(root, 'migrations', program, '*.ts')],
    entities: [join(root, 'src', program, '**', 'entities.ts'), join(root, 'src/adapters/ledger/outbox/entity.ts')],
    migrationsTransactionMode: 'each',
  });
  await database.initialize();
  try {
    const count = (await database.runMigrations()).length;
    for (let i = 0; i < count; i += 1) await database.undoLastMigration();
    const left = await tablesIn(database);
    if (left.length > 0) return [`${program}: after all downs these remain: ${left.join(', ')}`];
    await database.runMigrations();
    return (await differences(database)).map((fault) => `${program}: ${fault}`);
  } finally {
    await database.destroy();
  }
}

async function onRealDatabase(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-check-'));
  const server = await startPostgres({ folder, fsync: false });
  try {
    const faults: string[] = [];
    for (const program of programs.filter((each) => filesOf(each).length > 0)) {
      const name = program.replace('-', '_');
      await runSql(server.url(), `CREATE DATABASE ${name}`);
      const failure = (error: unknown) => [`${program}: ${error instanceof Error ? error.message : String(error)}`];
      faults.push(...(await upDownUp(program, server.url(name)).catch(failure)));
    }
    return faults;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(update: boolean): Promise<number> {
  const faults = [...finishedOnes(update), ...(await onRealDatabase())];
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  return faults.length === 0 ? 0 : 1;
}

void main(process.argv.includes('--update')).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
