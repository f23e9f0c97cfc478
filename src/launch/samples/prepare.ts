// Writes the sample data once: files for those who keep files, a PostgreSQL of its own with a read-only role for the one who keeps tables.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { Client } from 'pg';
import { ensureDatabase, ensureRole } from '../../platform/postgres';
import { generated } from './offers';
import type { City } from './places';
import { callColumns, calls, energy, energyColumns, surveyed, tripColumns, trips, writeCsv } from './population';

export const RESIDENTS = 60_000; // in each of the two districts
const HOUSEHOLDS = 48_000;
const CALLERS = 30_000;
const SURVEYED = 20_000; // all over the city, by the statistics bureau

export type Progress = (what: string, done: number, total: number) => void;

/** Rows written, by name; nothing is written twice. */
export async function writeFiles(folder: string, city: City, progress: Progress): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { northTrips, bureauTrips, energy: energyFile } = generated(folder);
  if (!existsSync(northTrips)) await writeCsv(northTrips, tripColumns, trips(1, RESIDENTS, 'N', city.north));
  progress('trips of 60,000 residents of the north', 1, 1);
  const whole = [...city.north, ...city.south];
  if (!existsSync(bureauTrips)) {
    // The survey asked every sixth resident of either district, under the same names: what an overlap finds.
    const met = [...surveyed(1, RESIDENTS, 'N', city.north, 6), ...surveyed(4, RESIDENTS, 'S', city.south, 6)];
    await writeCsv(bureauTrips, tripColumns, trips(5, SURVEYED, 'B', whole, met));
  }
  progress('trips of 20,000 residents in a survey', 1, 1);
  if (!existsSync(energyFile)) await writeCsv(energyFile, energyColumns, energy(2, HOUSEHOLDS, whole));
  progress('electricity use of 48,000 households', 1, 1);
}

const tables = {
  trips: `CREATE TABLE trips (resident_id text NOT NULL, age int, sex text, zip text, mode text, purpose text, minutes int,
    distance_km numeric(5,1), started_at timestamptz, lat numeric(8,4), lon numeric(8,4))`,
  calls: `CREATE TABLE calls (caller_id text NOT NULL, zip text, topic text, minutes int, opened_at timestamptz, lat numeric(8,4), lon numeric(8,4))`,
} as const;

/** Fills the southern district's own database and leaves a file with the address of its read-only role. */
export async function fillSouth(
  adminUrl: string,
  urlOf: (user: string, password: string, database: string) => string,
  folder: string,
  city: City,
  password: string,
  progress: Progress,
  size: { readonly residents: number; readonly callers: number } = { residents: RESIDENTS, callers: CALLERS },
): Promise<void> {
  const file = generated(folder).southUrl;
  const database = 'south_district';
  if (existsSync(file)) return;
  await ensureDatabase(adminUrl, database);
  await ensureRole(adminUrl, 'aggregora_reader', password);
  const client = new Client({ connectionString: adminUrl.replace(/\/[^/?]*(\?|$)/, `/${database}$1`) });
  await client.connect();
  try {
    await client.query('DROP TABLE IF EXISTS trips, calls');
    for (const ddl of Object.values(tables)) await client.query(ddl);
    await insert(client, 'trips', tripColumns, trips(4, size.residents, 'S', city.south), (n) =>
      progress('trips of 60,000 residents of the south', n, 254_000),
    );
    await insert(client, 'calls', callColumns, calls(3, size.callers, city.south), (n) =>
      progress('hotline calls', n, 50_000),
    );
    await client.query('GRANT USAGE ON SCHEMA public TO aggregora_reader');
    await client.query('GRANT SELECT ON trips, calls TO aggregora_reader');
    await client.query(`ALTER ROLE aggregora_reader SET default_transaction_read_only = on`);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
  writeFileSync(file, urlOf('aggregora_reader', password, database), { mode: 0o600 });
}

const BATCH = 5_000;

async function insert(
  client: Client,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
  told: (done: number) => void,
) {
  let done = 0;
  let batch: (readonly string[])[] = [];
  const flush = async () => {
    const arrays = columns.map((_, i) => batch.map((row) => row[i]));
    const unnested = columns.map((_, i) => `$${String(i + 1)}::text[]`).join(', ');
    const types = (await typesOf(client, table, columns)).map((type, i) => `c${String(i)}::${type}`);
    const names = columns.map((_, i) => `c${String(i)}`).join(', ');
    await client.query(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${types.join(', ')} FROM unnest(${unnested}) AS r(${names})`,
      arrays,
    );
    done += batch.length;
    batch = [];
    told(done);
  };
  for (const row of rows) if (batch.push(row) === BATCH) await flush();
  if (batch.length > 0) await flush();
}

const known = new Map<string, string[]>();

async function typesOf(client: Client, table: string, columns: readonly string[]): Promise<string[]> {
  const cached = known.get(table);
  if (cached !== undefined) return cached;
  const { rows } = await client.query<{ column_name: string; data_type: string }>(
    'SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1',
    [table],
  );
  const types = columns.map((name) => rows.find((row) => row.column_name === name)?.data_type ?? 'text');
  known.set(table, types);
  return types;
}
