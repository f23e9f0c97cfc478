// Confidential questions between real programs: killed at any time they go on, and what is planted in a repository is nowhere else.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Client as Sql } from 'pg';
import { templateId } from '../../src/domain/templates';
import { home } from '../../src/launch/places';
import { generated, type Offer, offers } from '../../src/launch/samples/offers';
import { city } from '../../src/launch/samples/places';
import { tripColumns, trips, writeCsv } from '../../src/launch/samples/population';
import { fillSouth } from '../../src/launch/samples/prepare';
import { adoptAndPermit, computeNodes, offer, publish, register, SEARCHER } from '../../src/launch/story';
import { openTown, remembered, type Town } from '../../src/launch/town';
import { captured, capturing, formsOf } from '../support/capture';
import { innerSumsOf } from '../support/inner-sums';

jest.setTimeout(400_000);
const RESIDENTS = 1_500;
const CANARY = 'canary-resident-7f3a9c';
const REPOSITORIES = ['north-trips', 'south-trips', 'bureau-trips'];
const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'aggregora-confidential-town-'));
const capture = join(folder, 'capture');
const before = { options: process.env['NODE_OPTIONS'], port: process.env['AGGREGORA_PORT'] };
let town: Town;
let all: readonly Offer[];

beforeAll(async () => {
  chmodSync(folder, 0o711); // The database's account must reach its cluster below.
  process.env['NODE_OPTIONS'] = capturing(capture);
  process.env['AGGREGORA_PORT'] = String(20_000 + (process.pid % 500) * 20);
  const place = city();
  all = offers(place, join(folder, 'samples')).filter(({ id }) => REPOSITORIES.includes(id));
  const owners = [...new Set(all.map(({ owner }) => owner))];
  town = await openTown(home(folder), owners, SEARCHER, () => undefined, computeNodes);
  await fill(place);
  await register(town);
  await Promise.all(all.map((one) => offer(town, one)));
  for (const template of all[0]?.templates ?? []) await publish(town, template);
  for (const one of all) await adoptAndPermit(town, one);
});
afterAll(async () => {
  await town.stop();
  process.env['NODE_OPTIONS'] = before.options ?? '';
  if (before.port === undefined) delete process.env['AGGREGORA_PORT'];
  else process.env['AGGREGORA_PORT'] = before.port;
  rmSync(folder, { recursive: true, force: true });
});

/** One planted resident in each repository, among others. */
async function fill(place: ReturnType<typeof city>): Promise<void> {
  const samples = town.home.at('samples');
  mkdirSync(samples, { recursive: true, mode: 0o700 });
  const files = generated(samples);
  const planted = (zip: string) => [
    CANARY,
    '41',
    'female',
    zip,
    'walk',
    'work',
    '17',
    '1.5',
    '2026-03-03T08:00:00Z',
    '39.7000',
    '-104.9000',
  ];
  for (const [file, seed, letter, places] of [
    [files.northTrips, 1, 'N', place.north],
    [files.bureauTrips, 5, 'B', [...place.north, ...place.south]],
  ] as const) {
    await writeCsv(file, tripColumns, trips(seed, RESIDENTS, letter, places));
    appendFileSync(file, `${planted(places[0]?.zip ?? '').join(',')}\n`);
  }
  const urlOf = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${String(town.postgres.port)}/${database}`;
  const password = remembered(town.home.at('secrets', 'south-reader'));
  const size = { residents: RESIDENTS, callers: 100 };
  await fillSouth(town.postgres.url(), urlOf, samples, place, password, () => undefined, size);
  const sql = new Sql({ connectionString: town.postgres.url('south_district') });
  await sql.connect();
  const values = planted(place.south[0]?.zip ?? '');
  await sql.query(
    `INSERT INTO trips (${tripColumns.join(', ')}) VALUES (${values.map((_, at) => `$${String(at + 1)}`).join(', ')})`,
    values,
  );
  await sql.end();
}

interface View {
  readonly group: string;
  readonly mode: string;
  readonly combined: { readonly label: { readonly repositories: number } } | null;
  readonly evidence: string | null;
}

/** `aggregora` as a process of its own, over this town. */
function aggregora(...args: readonly string[]): {
  child: ChildProcess;
  done: Promise<{ code: number | null; out: string }>;
} {
  const main = join(root, 'dist', 'src', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, '--json', ...args], {
    cwd: folder,
    env: { ...process.env, AGGREGORA_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return { child, done: once(child, 'close').then(([code]) => ({ code: code as number | null, out })) };
}

let asked = 0;
/** A question nobody asked before. */
const question = (mode: string): readonly string[] => [
  'ask',
  'trips-by-mode',
  '--repository',
  REPOSITORIES.join(','),
  '--purpose',
  'research',
  '--param',
  `minAge=${String(10 * (asked++ % 9))}`,
  '--mode',
  mode,
  '--within',
  '170',
  '--wait',
  '180',
];

async function answeredBy(running: ReturnType<typeof aggregora>): Promise<View> {
  const { code, out } = await running.done;
  if (code !== 0) throw new Error(`exit ${String(code)}: ${out.slice(0, 2_000)}`);
  return JSON.parse(out) as View;
}

async function rows<T>(sql: string): Promise<T[]> {
  const client = new Sql({ connectionString: town.postgres.url('exchange') });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** Waits until the newest run is as far as wanted. */
async function until(wanted: string): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    const [found] = await rows<{ holds: boolean }>(
      `SELECT ${wanted} AS holds FROM confidential_runs ORDER BY asked_at DESC LIMIT 1`,
    );
    if (found?.holds === true) return;
    await pause(20);
  }
  throw new Error(`Never: ${wanted}`);
}

async function killed(program: string): Promise<void> {
  const running = town.programs.get(program);
  if (running === undefined) throw new Error(`No program is called ${program}.`);
  const gone = once(running.process, 'exit');
  running.process.kill('SIGKILL');
  await gone;
  await town.start(program);
}

const victims = [
  ['shares', 'exchange', 'true'],
  ['shares', 'data-trust', 'verdicts IS NULL'],
  ['shares', 'exchange', "state = 'COMPUTING'"],
  ['homomorphic', 'notary-chamber', "state = 'COMPUTING'"],
  ['homomorphic', 'south-district', "state = 'COLLECTING'"],
] as const;

test.each(victims)('mode %s: %s is killed when %s, and the answer comes', async (mode, program, when) => {
  const running = aggregora(...question(mode));
  const [{ count } = { count: '0' }] = await rows<{ count: string }>('SELECT count(*) FROM confidential_runs');
  await until(`(SELECT count(*) FROM confidential_runs) > ${count} AND (${when} OR state = 'COMPLETE')`).catch(
    () => undefined,
  );
  await killed(program);
  const { combined } = await answeredBy(running);
  expect(combined?.label.repositories).toBe(3);
});

/** Two of the three, and the mode follows from the template. */
const inBoth = (minAge: number): readonly string[] => [
  ...['ask', 'residents-in-both', '--repository', 'north-trips,bureau-trips', '--purpose', 'research'],
  ...['--param', `minAge=${String(minAge)}`, '--within', '170', '--wait', '180'],
];

test.each([
  ['statistics-bureau', "state = 'COLLECTING'"],
  ['notary-chamber', "state = 'COMPUTING'"],
])('overlap: %s is killed when %s, and the answer comes', async (program, when) => {
  const running = aggregora(...inBoth(program === 'notary-chamber' ? 10 : 0));
  const [{ count } = { count: '0' }] = await rows<{ count: string }>('SELECT count(*) FROM confidential_runs');
  await until(`(SELECT count(*) FROM confidential_runs) > ${count} AND (${when} OR state = 'COMPLETE')`).catch(
    () => undefined,
  );
  await killed(program);
  const view = await answeredBy(running);
  expect(view).toMatchObject({ mode: 'overlap', combined: { label: { repositories: 2, capacity: 4096 } } });
  expect((await aggregora('verify', '--fetch-trust', join(folder, 'trust.json')).done).code).toBe(0);
  const proven = aggregora('verify', view.evidence ?? '', '--trust', join(folder, 'trust.json'));
  expect(await proven.done).toMatchObject({ code: 0 });
});

test('the searcher’s own program is killed: the next one goes on with the question and keeps its evidence', async () => {
  const running = aggregora(...question('shares'));
  await pause(200);
  const [{ count } = { count: '0' }] = await rows<{ count: string }>('SELECT count(*) FROM confidential_runs');
  await until(`(SELECT count(*) FROM confidential_runs) > ${count}`).catch(() => undefined);
  running.child.kill('SIGKILL');
  await running.done;
  const view = await answeredBy(aggregora('answer', 'show', '--wait', '180'));
  expect(view.combined?.label.repositories).toBe(3);
  const evidence = view.evidence ?? '';
  const trust = join(folder, 'trust.json');
  expect((await aggregora('verify', '--fetch-trust', trust).done).code).toBe(0);
  expect(await aggregora('verify', evidence, '--trust', trust).done).toMatchObject({ code: 0 });
});

test('what is planted is in no database, log, queue, book, evidence, message or ledger of anybody, exact parts neither', async () => {
  const template = all[0]?.templates.find(({ name }) => name === 'trips-by-mode');
  if (template === undefined) throw new Error('no template');
  const databases = await databasesOf();
  const inner = innerSumsOf(() =>
    databases.filter((name) => name.startsWith('data_end')).map((name) => town.postgres.url(name)),
  );
  const parts: string[] = [];
  for (const repository of REPOSITORIES) {
    const exact = await inner.clear([repository], templateId(template), { minAge: 0 });
    // One figure alone could be anywhere; two in a row are a leak.
    for (const between of [',', '","', ' ', '", "']) parts.push(exact.slice(0, 2).join(between));
  }
  const needles = [...formsOf(CANARY), ...parts.filter((part) => part.length > 9)];
  const found: string[] = [];
  for (const database of databases.filter((name) => name !== 'south_district')) {
    const text = await everythingIn(database);
    for (const needle of needles) if (text.includes(needle)) found.push(`database ${database}: ${needle}`);
  }
  const messages = captured(capture);
  expect(messages.size).toBeGreaterThanOrEqual(7);
  for (const [process, bytes] of messages)
    for (const needle of needles) if (bytes.includes(needle)) found.push(`process ${process}: ${needle}`);
  for (const place of ['logs', 'books', 'keys', 'secrets'])
    for (const name of readdirSync(town.home.at(place), { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    )) {
      const bytes = readFileSync(join(name.parentPath, name.name));
      for (const needle of needles) if (bytes.includes(needle)) found.push(`${place}/${name.name}: ${needle}`);
    }
  expect(found).toEqual([]);
  // The search finds what is there: the planted row at its owner, public words in every place.
  expect(await everythingIn('south_district')).toContain(CANARY);
  expect(await everythingIn('exchange')).toContain('trips-by-mode');
  expect(Buffer.concat([...messages.values()]).includes('/v1/contributions')).toBe(true);
});

async function databasesOf(): Promise<string[]> {
  const found = await rows<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'",
  );
  return found.map(({ name }) => name);
}

/** Every row of every table of every schema as text, and what its binary columns hold. */
async function everythingIn(database: string): Promise<string> {
  const sql = new Sql({ connectionString: town.postgres.url(database) });
  await sql.connect();
  try {
    const tables = await sql.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows: found } = await sql.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      for (const { text } of found) {
        texts.push(text);
        for (const [, digits] of text.matchAll(/\\x((?:[0-9a-f]{2})+)/g))
          texts.push(Buffer.from(digits ?? '', 'hex').toString('latin1'));
      }
    }
    return texts.join('\n');
  } finally {
    await sql.end();
  }
}
