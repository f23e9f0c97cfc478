// Test databases: one embedded cluster a jest run, started by whoever needs it first, and a fresh database for each caller.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { quoted, runSql, startPostgres } from '../../src/platform/postgres';

export interface FreshDatabase {
  /** Superuser's connection string of the new database. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A database prepared once a run (migrations, fixtures) and copied for each caller. `prepare` must close its connections. */
export interface Template {
  readonly name: string;
  prepare(url: string): Promise<void>;
}

/** Folder of this jest run; global setup names it, so every worker finds the same one. */
export function runFolder(): string {
  return join(tmpdir(), `aggregora-test-${process.env['AGGREGORA_TEST_RUN'] ?? String(process.ppid)}`);
}

/** A new empty database, or a copy of a template. Drop it in `afterAll`; the run's end drops everything anyway. */
export async function freshDatabase(template?: Template): Promise<FreshDatabase> {
  const admin = await clusterUrl();
  const source = template ? await prepared(admin, template) : undefined;
  const name = `t_${randomBytes(6).toString('hex')}`;
  await runSql(admin, `CREATE DATABASE ${quoted(name)}${source === undefined ? '' : ` TEMPLATE ${quoted(source)}`}`);
  return {
    url: withDatabase(admin, name),
    drop: () => runSql(admin, `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`),
  };
}

/** Superuser's connection string of the shared cluster; starts it when nobody did. `TEST_DATABASE_URL` overrides. */
export async function clusterUrl(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) return given;
  const file = join(runFolder(), 'url');
  mkdirSync(runFolder(), { recursive: true });
  return existsSync(file) ? readFileSync(file, 'utf8') : locked(() => startOnce(file));
}

async function startOnce(file: string): Promise<string> {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const settings = { max_connections: 300, shared_buffers: '48MB', max_wal_size: '512MB', autovacuum: 'off' };
  const folder = join(runFolder(), 'postgres');
  const server = await startPostgres({ folder, fsync: false, outlive: true, settings });
  writeFileSync(join(runFolder(), 'pid'), String(server.pid));
  writeFileSync(file, server.url());
  return server.url();
}

/** A folder is made by exactly one process: that is the lock. */
async function locked<T>(work: () => Promise<T>): Promise<T> {
  const lock = join(runFolder(), 'lock');
  for (let waited = 0; !took(lock); waited += 50) {
    if (waited > 120_000)
      throw new Error(`The lock ${lock} is held for two minutes: remove it when no test run is alive.`);
    await wait(50);
  }
  try {
    return await work();
  } finally {
    rmdirSync(lock);
  }
}

function took(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

/** Prepares the template database under an advisory lock, so that parallel workers make it once. */
async function prepared(admin: string, template: Template): Promise<string> {
  const name = `template_${template.name.replaceAll('-', '_')}`;
  const client = new Client({ connectionString: admin });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const found = await client.query<{ datistemplate: boolean }>(
      'SELECT datistemplate FROM pg_database WHERE datname = $1',
      [name],
    );
    if (found.rows[0]?.datistemplate === true) return name;
    await client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${quoted(name)}`);
    await template.prepare(withDatabase(admin, name));
    await client.query(`ALTER DATABASE ${quoted(name)} WITH IS_TEMPLATE true`);
    return name;
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}
