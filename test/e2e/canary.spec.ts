// Planted strings: those of rows are found nowhere outside their source; those of parameters only in the signed request, where its two sides and the relay keep it.
import type { DataSource } from 'typeorm';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { templateId } from '../../src/domain/templates';
import { Refusal } from '../../src/domain/refusals';
import { adopted, CANARY, metadataOf, tripsElement } from '../support/town-rows';
import { asking, openTown, type Town } from '../support/town';

jest.setTimeout(180_000);
/** A value no template declares, and one it does as it stands in a binding. */
const PLANTED = 'canary-parameter-77';
const BOUND = /"purpose": ?"clinic-zq"/;

interface Seen {
  readonly to: string;
  readonly sent: string;
  readonly got: string;
}
const seen: Seen[] = [];
const textOf = (body: unknown): string =>
  typeof body === 'string'
    ? body
    : body instanceof Uint8Array
      ? Buffer.from(body).toString()
      : body instanceof URLSearchParams
        ? body.toString()
        : '';
const original = globalThis.fetch;
let town: Town;
let text: { log: string; metrics: string; tables: Record<string, Map<string, string>> };

beforeAll(async () => {
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const got = await response.clone().text();
    const address = input instanceof Request ? input.url : String(input);
    const headers = JSON.stringify([...response.headers]);
    seen.push({ to: new URL(address).pathname, sent: textOf(init?.body), got: `${headers} ${got}` });
    return response;
  };
  town = await openTown();
  await misuse();
  const metrics = await Promise.all(
    [town.url, town.dataEndUrl('north'), town.dataEndUrl('south')].map(async (url) =>
      (await original(`${url}/metrics`)).text(),
    ),
  );
  text = {
    log: town.log.join(''),
    metrics: metrics.join('\n'),
    tables: {
      exchange: await everything(town.exchange.database),
      north: await everything(town.dataEnd('north').database),
      south: await everything(town.dataEnd('south').database),
    },
  };
});
afterAll(async () => {
  globalThis.fetch = original;
  await town.stop();
});

/** Asks, repeats, refuses, fails, offers broken files, sends broken bodies, and brings a record to FINAL. */
async function misuse(): Promise<void> {
  const planner = town.office('planner');
  const straight = town.office('rival', { direct: true });
  const both = ['north-trips', 'south-trips'];
  await planner.ask(asking({ purpose: 'clinic-zq', minAge: 4 }, both));
  await straight.ask(asking({ purpose: 'clinic-zq', minAge: 4 }, both));
  await planner.ask(asking({ purpose: PLANTED }));
  await straight.ask(asking({ purpose: PLANTED }));
  for (const [minAge, fault] of [
    [6, new Error(`duplicate key value violates: (resident_id)=(${CANARY}-north-1)`)],
    [8, Object.assign(new TypeError(CANARY), { detail: CANARY, stack: `${CANARY}\n at ${CANARY}` })],
    [10, new Refusal('SOURCE_DOWN', { host: CANARY })],
    [12, new Refusal('TOO_DEEP', { row: CANARY })],
  ] as const) {
    town.seams.north.run = () => () => Promise.reject(fault);
    await planner.ask(asking({ minAge, purpose: 'clinic-zq' }));
  }
  town.seams.north.run = undefined;
  const file = join(town.folder, 'broken.csv');
  writeFileSync(file, `resident_id,age,mode,purpose,minutes\n${CANARY},1,walk,work,5\n${CANARY},x,walk\n"${CANARY}`);
  const columns = Object.fromEntries(tripsElement.columns.map(({ name }) => [name, name]));
  const offer = {
    id: 'broken',
    element: tripsElement,
    metadata: metadataOf('broken'),
    source: { kind: 'csv', file, columns },
  };
  await expect(town.desk('north', 'repositories', offer)).rejects.toMatchObject({
    code: expect.stringMatching(/^SOURCE/) as string,
  });
  const broken = town.client('planner').send('/v1/exchanges', { bytes: Buffer.from(`{"purpose":"${PLANTED}"}`) });
  await expect(broken).rejects.toBeInstanceOf(Refusal);
  const preview = { parameters: { purpose: PLANTED } };
  await expect(
    town.client('planner').json(`/v1/templates/${templateId(adopted)}/preview`, { json: preview }),
  ).rejects.toBeInstanceOf(Refusal);
  for (let tries = 0; tries < 100 && planner.book.all().some((record) => record.owner === undefined); tries += 1) {
    await planner.advance();
    await pause(100);
  }
  expect(planner.book.all().every((record) => record.owner !== undefined)).toBe(true);
}

/** Every row of every table of every schema as text, with binary columns also as the text they hold. */
async function everything(database: DataSource): Promise<Map<string, string>> {
  const tables = await database.query<{ name: string }[]>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await database.query<{ text: string }[]>(`SELECT t::text AS text FROM ${name} t`);
    const binary = rows.flatMap((row) =>
      [...row.text.matchAll(/\\x((?:[0-9a-f]{2})+)/g)].map(([, digits]) =>
        Buffer.from(digits ?? '', 'hex').toString('latin1'),
      ),
    );
    found.set(name, [...rows.map((row) => row.text.replaceAll('""', '"')), ...binary].join('\n'));
  }
  return found;
}
const holding = (tables: Map<string, string> | undefined, needle: RegExp) =>
  [...(tables ?? [])].filter(([, rows]) => needle.test(rows)).map(([name]) => name);

test('the search sees what it should: templates in the clear, requests in binary columns', () => {
  expect(holding(text.tables['exchange'], /town-trips-by-mode/)).toContain('public.templates');
  expect(holding(text.tables['north'], /"from":"planner"/)).toContain('public.exchanges');
  expect(seen.length).toBeGreaterThan(100);
  expect(town.log.length).toBeGreaterThan(100);
});

test('nothing of a row is in any body, log line, metric or table: not at the exchange, not at the other owner, not beside the source', () => {
  expect(seen.filter(({ sent, got }) => sent.includes(CANARY) || got.includes(CANARY)).map(({ to }) => to)).toEqual([]);
  expect(text.log).not.toContain(CANARY);
  expect(text.metrics).not.toContain(CANARY);
  for (const program of ['exchange', 'north', 'south'])
    expect(holding(text.tables[program], new RegExp(CANARY))).toEqual([]);
});

test('parameters are only in the signed request: never in a log, a metric, a refusal, the ledger, or at an owner who was not asked', () => {
  const planted = new RegExp(PLANTED);
  expect(text.log).not.toMatch(planted);
  expect(text.log).not.toMatch(BOUND);
  expect(text.metrics).not.toMatch(/canary|clinic/);
  expect(seen.filter(({ got }) => got.includes(PLANTED) || BOUND.test(got)).map(({ to }) => to)).toEqual([]);
  const carriers = new Set(
    seen
      .filter(({ sent }) => sent.includes(PLANTED) || BOUND.test(sent))
      .map(({ to }) => to.replace(/sha256[^/]*/, ':id')),
  );
  expect([...carriers].sort()).toEqual(['/v1/exchanges', '/v1/templates/:id/preview']);
  expect(holding(text.tables['exchange'], planted)).toEqual(['public.relayed_exchanges']);
  expect(holding(text.tables['exchange'], BOUND)).toEqual(['public.relayed_exchanges']);
  expect(holding(text.tables['north'], planted)).toEqual(['public.exchanges']);
  expect(holding(text.tables['north'], BOUND)).toEqual(['public.exchanges']);
  expect(holding(text.tables['south'], planted)).toEqual([]);
  expect(holding(text.tables['south'], BOUND)).toEqual(['public.exchanges']);
});

test('exact values stay too: no true count of the question is in any answer but by chance', () => {
  const released = seen.filter(({ got }) => got.includes('"schema":"aggregora/answer/1"'));
  expect(released.length).toBeGreaterThan(0);
  for (const { got } of released) expect(got).not.toMatch(/"exact"|"contributors"|"true"/);
});
