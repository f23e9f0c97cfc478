// The launcher on a real cluster: first start, restart, a killed server, an orphan, a stale pid file, a closed folder.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { ensureDatabase, ensureRole, runSql, startPostgres } from '.';
import { freshDatabase } from '../../../test/support/postgres';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

describe('an embedded cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-pg-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts, keeps its rows and its port over a stop, a kill -9 and a stale pid file', async () => {
    const first = await startPostgres({ folder });
    await ensureDatabase(first.url(), 'kept');
    await runSql(first.url('kept'), 'CREATE TABLE t(x int)', 'INSERT INTO t VALUES (7)');
    await first.stop();

    const second = await startPostgres({ folder });
    expect(second.port).toBe(first.port);
    process.kill(second.pid, 'SIGKILL');
    await wait(100);

    const third = await startPostgres({ folder });
    expect(await ask(third.url('kept'), 'SELECT x FROM t')).toEqual([7]);
    const fourth = await startPostgres({ folder }); // third is an orphan now: it is stopped, not fought
    expect(await ask(fourth.url('kept'), 'SELECT x FROM t')).toEqual([7]);
    await fourth.stop();

    writeFileSync(join(folder, 'cluster', 'postmaster.pid'), `${String(process.pid)}\n`);
    const fifth = await startPostgres({ folder });
    expect(await ask(fifth.url('kept'), 'SHOW unix_socket_directories')).toEqual(['']);
    await fifth.stop();
  });

  it('refuses a folder that another live process holds', async () => {
    const held = mkdtempSync(join(tmpdir(), 'aggregora-held-'));
    const line = readFileSync(`/proc/${String(process.ppid)}/stat`, 'utf8');
    const start = line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    writeFileSync(join(held, 'owner'), `${String(process.ppid)} ${start}`);
    await expect(startPostgres({ folder: held })).rejects.toThrow(/in use by process/);
    rmSync(held, { recursive: true });
  });

  it('works under a folder that is closed to the server account', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'aggregora-closed-'));
    chmodSync(closed, 0o700);
    mkdirSync(join(closed, 'inner'));
    const server = await startPostgres({ folder: join(closed, 'inner', 'pg'), fsync: false });
    expect(await ask(server.url(), 'SELECT 1 AS one')).toEqual([1]);
    await server.stop();
    const pointer = join(closed, 'inner', 'pg', 'location');
    const place = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : undefined;
    rmSync(closed, { recursive: true });
    if (place === undefined) return; // Not root, or /tmp is open: nothing was moved.

    const other = mkdtempSync(join(tmpdir(), 'aggregora-other-'));
    const next = await startPostgres({ folder: join(other, 'pg'), fsync: false });
    expect(existsSync(place)).toBe(false); // The cluster of a temporary folder that is gone is swept.
    await next.stop();
    rmSync(other, { recursive: true });
  });

  it('gives the application a role that owns nothing', async () => {
    const fresh = await freshDatabase();
    await ensureRole(fresh.url, 'application_spec', 'a'.repeat(24));
    const url = new URL(fresh.url);
    url.username = 'application_spec';
    url.password = 'a'.repeat(24);
    await expect(ask(url.toString(), 'CREATE TABLE x(y int)')).rejects.toThrow(/permission denied/);
    await fresh.drop();
  });

  it('prepares a template once and copies it', async () => {
    let prepared = 0;
    const template = {
      name: 'launcher-spec',
      prepare: async (url: string): Promise<void> => {
        prepared++;
        await runSql(url, 'CREATE TABLE t(x int)', 'INSERT INTO t VALUES (1)');
      },
    };
    const all = await Promise.all([freshDatabase(template), freshDatabase(template), freshDatabase(template)]);
    for (const one of all) expect(await ask(one.url, 'SELECT x FROM t')).toEqual([1]);
    expect(prepared).toBe(1);
    await Promise.all(all.map((one) => one.drop()));
  });
});
