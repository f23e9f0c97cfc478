// What exact bounding costs: CPU and wall time of the five steps beside the raw GROUP BY, same rows, same engine, same run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Client } from 'pg';
import { openSource, type Source } from '../../src/adapters/sources';
import type { Plan } from '../../src/domain/templates/plan';
import { startPostgres } from '../../src/platform/postgres';
import { plan } from '../support/people';

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}
type Figures = { name: string; figures: Record<string, number | string> };

const CELLS = 1000;
const options = { secret: new Uint8Array(32).fill(7), timeoutMs: 3_600_000 };

/** 200,000 people at 10 million rows, some of them very busy (square of a hash), 1,000 cells mostly near home (3.2 million person-cell pairs on DuckDB), a value in 0…999. */
const generated = (rows: number, hash: (salt: number) => string, series: string): string => {
  const people = Math.max(100, Math.floor(rows / 50));
  const unit = `CAST(floor(${String(people)} * pow(${hash(1)}, 2)) AS bigint)`;
  return `SELECT person, (person * 7 + CAST(floor(${String(CELLS)} * pow(${hash(2)}, 16)) AS bigint)) % ${String(CELLS)} AS cell,
    CAST(floor(1000 * ${hash(3)}) AS bigint) AS amount FROM (SELECT i, ${unit} AS person FROM ${series}) AS seeds`;
};

const asked = plan<Plan>({
  unit: 'person',
  groups: [{ of: 'column', column: 'cell', keys: Array.from({ length: CELLS }, (_, i) => String(i)), as: 'integer' }],
  groupsPerUnit: 4,
  aggregates: [
    { of: 'rows', perUnit: 10n },
    { of: 'sum', column: 'amount', scale: 0, low: 0n, high: 1000n, offset: 0n, power: 1, lowest: 0n, highest: 5000n },
  ],
});
const raw = 'SELECT cell, count(*), sum(amount) FROM events GROUP BY cell';
const columns = { person: 'person', cell: 'cell', amount: 'amount' };

/** The cheapest of `times` runs, so that a busy machine is not measured. */
async function cheapest(times: number, cpuMs: () => number, once: () => Promise<unknown>): Promise<Cost> {
  const runs: Cost[] = [];
  for (let run = 0; run < times; run += 1) {
    const [cpu, wall] = [cpuMs(), performance.now()];
    await once();
    runs.push({ cpu: cpuMs() - cpu, wall: performance.now() - wall });
  }
  return { cpu: Math.min(...runs.map((r) => r.cpu)), wall: Math.min(...runs.map((r) => r.wall)) };
}

function figures(name: string, rows: number, base: Cost, five: Cost): Figures {
  const round = (n: number): number => Math.round(n * 100) / 100;
  return {
    name,
    figures: {
      rows,
      'raw cpu ms': Math.round(base.cpu),
      'raw wall ms': Math.round(base.wall),
      'five steps cpu ms': Math.round(five.cpu),
      'five steps wall ms': Math.round(five.wall),
      'cpu ratio': round(five.cpu / base.cpu),
      'wall ratio': round(five.wall / base.wall),
    },
  };
}

const ownCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function onDuckDB(folder: string, rows: number): Promise<Figures> {
  const file = join(folder, 'events.parquet');
  const maker = await DuckDBInstance.create(':memory:', { threads: '2' });
  const making = await maker.connect();
  const hash = (salt: number): string => `(CAST(hash(i * 8 + ${String(salt)}) >> 11 AS double) / 9007199254740992)`;
  await making.run(`COPY (${generated(rows, hash, `range(${String(rows)}) AS r(i)`)}) TO '${file}'`);
  making.closeSync();
  maker.closeSync();
  const source = await openSource({ kind: 'parquet', file, table: 'events', columns, folder });
  const reader = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await reader.connect();
  await connection.run(`CREATE TABLE events AS SELECT * FROM read_parquet('${file}')`);
  const base = await cheapest(4, ownCpu, () => connection.runAndReadAll(raw));
  connection.closeSync();
  reader.closeSync();
  const five = await measured(source, ownCpu);
  return figures('DuckDB, bounding on the fly', rows, base, five);
}

async function measured(source: Source, cpuMs: () => number): Promise<Cost> {
  try {
    return await cheapest(3, cpuMs, () => source.run(asked, options));
  } finally {
    await source.close();
  }
}

/** User and system time of one process in ms: fields 14 and 15 of proc(5) stat, in ticks of 10 ms. */
function cpuOf(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function onPostgres(folder: string, rows: number): Promise<Figures> {
  // One process a question (no parallel workers), so that its CPU can be read from /proc.
  const settings = {
    max_parallel_workers_per_gather: 0,
    shared_buffers: '512MB',
    work_mem: '256MB',
    max_wal_size: '4GB',
  };
  const server = await startPostgres({ folder: join(folder, 'postgres'), fsync: false, settings });
  const client = new Client({ connectionString: server.url() });
  try {
    await client.connect();
    const hash = (salt: number): string =>
      `((hashint8extended(i, ${String(salt)}) & 9007199254740991)::double precision / 9007199254740992)`;
    await client.query(
      `CREATE UNLOGGED TABLE events AS ${generated(rows, hash, `generate_series(1, ${String(rows)}::bigint) AS r(i)`)}`,
    );
    await client.query('VACUUM ANALYZE events');
    const pid = await pidOf(client);
    const base = await cheapest(
      4,
      () => cpuOf(pid),
      () => client.query(raw),
    );
    process.env['BENCH_SOURCE_URL'] = server.url();
    const source = await openSource({ kind: 'postgres', urlVariable: 'BENCH_SOURCE_URL', table: 'events', columns });
    const found = await client.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'aggregora source'",
    );
    const reader = found.rows[0]?.pid ?? 0; // The pool keeps one connection while questions come one by one.
    return figures('PostgreSQL, bounding on the fly', rows, base, await measured(source, () => cpuOf(reader)));
  } finally {
    await client.end().catch(() => undefined);
    await server.stop();
  }
}

const pidOf = async (client: Client): Promise<number> =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;

/** Default 10 million rows. Both engines in one run, one after the other. */
export async function run({ rows = 10_000_000 }: { rows?: number } = {}): Promise<Figures[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sources-'));
  try {
    return [await onPostgres(folder, rows), await onDuckDB(folder, rows)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
