// Migrations are append-only: sealed files never change, each can be undone and done again, and entities fit the tables they make.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { ensureDatabase, startPostgres } from '../../platform/postgres';
import { columnDrift } from './drift';
import { readSchema } from './schema';
import type { StepResult } from './step';

/** path → SHA-256 of every migration that was ever released. `--accept` seals the new ones. */
const SEALS = 'migrations/seals.json';

/** A folder of migrations and where the entities of its tables live. */
const SETS = [
  { name: 'exchange', entities: ['src/exchange', 'src/adapters/ledger', 'src/platform'] },
  { name: 'data-end', entities: ['src/data-end'] },
] as const;

type MigrationSet = (typeof SETS)[number];
type Seals = Readonly<Record<string, string>>;

export async function checkMigrations(): Promise<StepResult> {
  const problems = brokenSeals(readSeals());
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-check-'));
  const server = await startPostgres({ folder, fsync: false });
  try {
    for (const set of SETS) {
      await ensureDatabase(server.url(), set.name);
      problems.push(...(await upDownUp(server.url(set.name), set)));
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const open = filesOf().filter((path) => readSeals()[path] === undefined);
  const remark =
    open.length > 0 ? `not sealed yet: ${String(open.length)} (npm run migrations:accept, at a release)` : '';
  return problems.length > 0 ? { ok: false, text: problems.join('\n') } : { ok: true, text: remark };
}

function readSeals(): Seals {
  return existsSync(SEALS) ? (JSON.parse(readFileSync(SEALS, 'utf8')) as Seals) : {};
}

function filesOf(): string[] {
  return SETS.map((set) => `migrations/${set.name}`)
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.endsWith('/index.ts'))
    .sort();
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function brokenSeals(seals: Seals): string[] {
  return Object.entries(seals).flatMap(([path, hash]) => {
    if (!existsSync(path)) return [`${path} was released and is gone: put it back.`];
    return hashOf(path) === hash
      ? []
      : [`${path} was released and has changed: undo that, and write a further migration.`];
  });
}

async function upDownUp(url: string, set: MigrationSet): Promise<string[]> {
  const migrations = filesOf().filter((path) => path.startsWith(`migrations/${set.name}/`));
  if (migrations.length === 0) return [];
  const database = new DataSource({
    type: 'postgres',
    url,
    migrations: migrations.map((path) => join(process.cwd(), path)),
    migrationsTransactionMode: 'each',
  });
  await database.initialize();
  try {
    const empty = await readSchema(database);
    await database.runMigrations();
    const first = await readSchema(database);
    for (const _ of database.migrations) await database.undoLastMigration();
    const undone = await readSchema(database);
    await database.runMigrations();
    const second = await readSchema(database);
    return [
      ...different(`${set.name}: down leaves something behind`, empty, undone),
      ...different(`${set.name}: up after down gives another schema`, first, second),
      ...(await columnDrift(url, set.entities)).map((line) => `${set.name}: entity and table differ: ${line}`),
    ];
  } catch (error) {
    return [`${set.name}: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await database.destroy();
  }
}

function different(text: string, before: readonly string[], after: readonly string[]): string[] {
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  return gone.length + come.length === 0 ? [] : [`${text}:`, ...gone.slice(0, 20), ...come.slice(0, 20)];
}

if (process.argv.includes('--accept')) {
  const seals = readSeals();
  const broken = brokenSeals(seals);
  const added = filesOf().filter((path) => seals[path] === undefined);
  if (broken.length === 0)
    writeFileSync(
      SEALS,
      `${JSON.stringify({ ...seals, ...Object.fromEntries(added.map((path) => [path, hashOf(path)])) }, null, 2)}\n`,
    );
  process.stdout.write(broken.length > 0 ? `${broken.join('\n')}\n` : `sealed ${String(added.length)} migrations\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
