// A small town in one process: an exchange and two data ends on loopback ports, each with its own database and keys, over a few hundred rows.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { exportJWK } from 'jose';
import { Client as Postgres } from 'pg';
import type { Chosen } from '../../src/adapters/ledger/choice';
import { openSource, SourceConfig } from '../../src/adapters/sources';
import type { Source } from '../../src/adapters/sources/port';
import { type RunningDataEnd, startDataEnd } from '../../src/data-end/application';
import { b64u, type Json } from '../../src/domain/canonical';
import { type Role, signJws } from '../../src/domain/identity';
import { APPLICATION_TYPE, applicationId } from '../../src/domain/identity/application';
import type { Permit } from '../../src/domain/permits';
import { defaultPolicy, type Limits, type Policy } from '../../src/domain/safe-answers';
import { type Template, templateId } from '../../src/domain/templates';
import { REVIEW_TYPE } from '../../src/domain/templates/review';
import { type RunningExchange, startExchange } from '../../src/exchange/application';
import { ExchangeSettings } from '../../src/exchange/settings';
import { makeKeys, saveKeys } from '../../src/sdk/wallet/wallet';
import { ledgerOf } from '../../src/sdk/ledger';
import { Office } from '../../src/sdk/office';
import { Client, type KeyFile, type Keyring, readKeyring } from '../../src/wire';
import { freshDatabase, type FreshDatabase, runFolder } from './postgres';
import { adopted, columns, csvOf, metadataOf, type Trip, trips, tripsElement, unadopted } from './town-rows';

export const OPERATOR = 'town-operator';
export type Owner = 'north' | 'south';
const owners: readonly Owner[] = ['north', 'south'];
const people: Readonly<Record<string, readonly Role[]>> = {
  north: ['owner'],
  south: ['owner'],
  planner: ['searcher'],
  rival: ['searcher'],
  'reviewer-one': ['reviewer'],
  'reviewer-two': ['reviewer'],
  auditor: ['auditor'],
};
const YEAR = 365 * 86_400_000;

/** What a test does to an owner's source: `run` may be replaced, and every run that begins is counted. */
export interface SourceSeam {
  runs: number;
  run: ((source: Source) => Source['run']) | undefined;
}

export interface Town {
  readonly url: string;
  readonly exchange: RunningExchange;
  readonly databases: Readonly<Record<'exchange' | Owner, FreshDatabase>>;
  readonly rows: Readonly<Record<Owner, readonly Trip[]>>;
  /** Every log line of every program, as it was written. */
  readonly log: string[];
  readonly seams: Readonly<Record<Owner, SourceSeam>>;
  readonly folder: string;
  dataEnd(owner: Owner): RunningDataEnd;
  dataEndUrl(owner: Owner): string;
  keys(participant: string): Keyring;
  /** A client with a token of its own; of the exchange where no server is named. */
  client(participant: string, server?: string): Client;
  /** The owner's own people. */
  desk<T>(owner: Owner, path: string, json?: unknown): Promise<T>;
  /** A searcher's office with a book of its own; closed with the town. */
  office(searcher: string, options?: { readonly direct?: boolean }): Office;
  /** One more repository of an owner over the same rows, with the template adopted and a permit for each searcher. */
  offer(owner: Owner, id: string, limits?: Partial<Limits>, searchers?: readonly string[]): Promise<void>;
  /** Written by the planner and approved by both reviewers; its element must be at the exchange. */
  publish(template: Template): Promise<void>;
  permit(owner: Owner, repository: string, searcher: string, change?: Partial<Permit>): Promise<Permit>;
  /** Stops a data end without ceremony and starts it anew on the same database. */
  restart(owner: Owner): Promise<void>;
  /** Spent and held of every account of a data end. */
  accounts(owner: Owner): Promise<readonly Account[]>;
  stop(): Promise<void>;
}
export interface Account {
  readonly id: string;
  readonly cap: string;
  readonly spent: string;
  readonly held: string;
}

const TEMPLATE = templateId(adopted);
export const asking = (parameters: Record<string, Json> = {}, repositories: readonly string[] = ['north-trips']) => ({
  template: TEMPLATE,
  repositories,
  parameters,
  purpose: 'research',
});

/** Which ledger the town stands on, and where its people get their ledger keys. */
export interface OnLedger {
  readonly choice: Chosen;
  ledgerKey(participant: string): Promise<KeyFile['ledger']>;
}

/** Started, registered, published, adopted and permitted when it returns. */
export async function openTown(on?: OnLedger): Promise<Town> {
  mkdirSync(runFolder(), { recursive: true });
  const folder = mkdtempSync(join(runFolder(), 'town-'));
  const at = (name: string) => join(folder, name);
  const [exchangePort, north, south] = await freePorts(3);
  const ports: Record<Owner, number> = { north: north ?? 0, south: south ?? 0 };
  const url = urlOf(exchangePort ?? 0);
  const rings = new Map<string, Keyring>();
  for (const participant of [OPERATOR, ...Object.keys(people)]) {
    const made = await makeKeys(participant, Date.now());
    const keyFile = on === undefined ? made : { ...made, ledger: await on.ledgerKey(participant) };
    saveKeys(at(`${participant}.json`), keyFile);
    rings.set(participant, readKeyring(at(`${participant}.json`)));
  }
  const keys = (participant: string): Keyring => {
    const ring = rings.get(participant);
    if (ring === undefined) throw new Error(`Nobody is called ${participant}.`);
    return ring;
  };
  const [exchangeDb, northDb, southDb, sourceDb] = await Promise.all([1, 2, 3, 4].map(() => freshDatabase()));
  if (!exchangeDb || !northDb || !southDb || !sourceDb) throw new Error('no databases');
  const databases = { exchange: exchangeDb, north: northDb, south: southDb };
  const rows = { north: trips('north', 900, 7), south: trips('south', 700, 11) };
  writeFileSync(at('north.csv'), csvOf(rows.north));
  writeFileSync(at('south.url'), sourceDb.url, { mode: 0o600 });
  await fill(sourceDb.url, rows.south);
  const log: string[] = [];
  const lines = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(chunk.toString());
      done();
    },
  });
  const serving = (port: number, database: FreshDatabase, participant: string) => ({
    HOST: '127.0.0.1',
    PORT: port,
    PUBLIC_URL: urlOf(port),
    DATABASE_URL: database.url,
    ROLE: 'all' as const,
    LOG_LEVEL: 'debug' as const,
    KEYS: at(`${participant}.json`),
    ...on?.choice,
  });
  const exchange = await startExchange(ExchangeSettings.parse(serving(exchangePort ?? 0, exchangeDb, OPERATOR)), {
    log: lines,
  });
  const seams: Record<Owner, SourceSeam> = { north: { runs: 0, run: undefined }, south: { runs: 0, run: undefined } };
  const running = new Map<Owner, RunningDataEnd>();
  const start = async (owner: Owner): Promise<void> => {
    const settings = {
      ...serving(ports[owner], databases[owner], owner),
      EXCHANGE_URL: url,
      SECRETS: at(`${owner}.secrets`),
    };
    const open = async ({ source }: { source: Record<string, unknown> }) =>
      watched(await openSource(SourceConfig.parse(source)), seams[owner]);
    running.set(owner, await startDataEnd(settings, { openSource: open, log: lines }));
  };
  await Promise.all(owners.map(start));
  const offices: Office[] = [];
  const client = (participant: string, server = url): Client =>
    new Client({
      issuer: `${url}/oidc`,
      server,
      identity: { participant, tokenKey: keys(participant).token },
      now: () => Date.now(),
    });
  const one = new Map<string, Client>();
  const known = (participant: string): Client => {
    const found = one.get(participant) ?? client(participant);
    one.set(participant, found);
    return found;
  };
  const open = new Client({ issuer: `${url}/oidc`, server: url, now: () => Date.now() });
  const town: Town = {
    url,
    exchange,
    databases,
    rows,
    log,
    seams,
    folder,
    dataEnd: (owner) => {
      const end = running.get(owner);
      if (end === undefined) throw new Error(`The data end of ${owner} is stopped.`);
      return end;
    },
    dataEndUrl: (owner) => urlOf(ports[owner]),
    keys,
    client,
    desk: (owner, path, json) => {
      const { deskCode } = JSON.parse(readFileSync(at(`${owner}.secrets`), 'utf8')) as { deskCode: string };
      const desk = new Client({ issuer: `${url}/oidc`, server: urlOf(ports[owner]), now: () => Date.now() });
      return desk.json(`/owner/${path}`, {
        headers: { authorization: `Desk ${deskCode}` },
        ...(json === undefined ? {} : { json }),
      });
    },
    office: (searcher, { direct = false } = {}) => {
      const bookFile = at(`${searcher}-${String(offices.length)}.jsonl`);
      const ledger = ledgerOf(on?.choice ?? {}, url, keys(searcher), () => Date.now());
      const own = { keys: keys(searcher), bookFile, ledger };
      const office = new Office({ exchangeUrl: url, ...own, direct, patienceMs: 40_000 });
      offices.push(office);
      return office;
    },
    offer: async (owner, id, limits = {}, searchers = ['planner', 'rival']) => {
      const mapped = Object.fromEntries(tripsElement.columns.map(({ name }) => [name, name]));
      const source =
        owner === 'north'
          ? { kind: 'csv', file: at('north.csv'), columns: mapped }
          : { kind: 'postgres', urlFile: at('south.url'), table: 'trips', columns: mapped, version: '1' };
      const policy: Policy = { ...defaultPolicy, limits: { ...defaultPolicy.limits, ...limits } };
      await town.desk(owner, 'repositories', { id, element: tripsElement, metadata: metadataOf(id), source, policy });
      await town.desk(owner, 'adoptions', { repository: id, template: TEMPLATE });
      for (const searcher of searchers) await town.permit(owner, id, searcher);
    },
    publish: (template) => publish(known, keys, template),
    permit: (owner, repository, searcher, change = {}) =>
      town.desk(owner, 'permits', {
        schema: 'aggregora/permit/1',
        id: `${repository}.${searcher}`,
        version: 1,
        grantor: owner,
        searcher,
        repository,
        template: TEMPLATE,
        purposes: ['research'],
        from: 0,
        until: Date.now() + YEAR,
        quota: 1000,
        rho: '4',
        ...change,
      }),
    restart: async (owner) => {
      (running.get(owner)?.app.getHttpServer() as Server | undefined)?.closeAllConnections();
      await running.get(owner)?.stop();
      running.delete(owner);
      await start(owner);
    },
    accounts: (owner) =>
      town.dataEnd(owner).database.query<Account[]>('SELECT id, cap, spent, held FROM accounts ORDER BY id'),
    stop: async () => {
      for (const office of offices) office.close();
      for (const end of running.values()) await end.stop();
      await exchange.stop();
      await Promise.all([...Object.values(databases), sourceDb].map((database) => database.drop()));
    },
  };
  const register = async (participant: string): Promise<void> => {
    const endpoint = participant in ports ? { endpoint: `${urlOf(ports[participant as Owner])}/` } : {};
    await open.json('/v1/participants', { json: await application(participant, keys(participant), endpoint) });
    await known(OPERATOR).json(`/v1/participants/${participant}/approval`, { method: 'POST', json: {} });
  };
  await Promise.all(Object.keys(people).map(register));
  await town.desk('north', 'repositories', {
    id: 'north-trips',
    element: tripsElement,
    metadata: metadataOf('north-trips'),
    source: {
      kind: 'csv',
      file: at('north.csv'),
      columns: Object.fromEntries(tripsElement.columns.map(({ name }) => [name, name])),
    },
  });
  for (const template of [adopted, unadopted]) await town.publish(template);
  await Promise.all([town.offer('north', 'north-trips'), town.offer('south', 'south-trips')]);
  for (const owner of owners) seams[owner].runs = 0;
  return town;
}

const urlOf = (port: number): string => `http://127.0.0.1:${String(port)}`;

async function freePorts(many: number): Promise<number[]> {
  const servers = Array.from({ length: many }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(async (server) => server.listening || (await once(server, 'listening'))));
  const found = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return found;
}

function watched(source: Source, seam: SourceSeam): Source {
  return {
    dialect: source.dialect,
    describe: () => source.describe(),
    version: () => source.version(),
    close: () => source.close(),
    units: (plan, options, most) => source.units(plan, options, most),
    run: (plan, options) => {
      seam.runs += 1;
      return (seam.run?.(source) ?? source.run.bind(source))(plan, options);
    },
  };
}

async function fill(url: string, rows: readonly Trip[]): Promise<void> {
  const client = new Postgres({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE trips (resident_id text, name text, age int, mode text, purpose text, minutes int)');
  const arrays = columns.map((column) => rows.map((row) => String(row[column])));
  await client.query(
    `INSERT INTO trips SELECT a, b, c::int, d, e, f::int FROM unnest($1::text[],$2::text[],$3::text[],$4::text[],$5::text[],$6::text[]) AS r(a,b,c,d,e,f)`,
    arrays,
  );
  await client.end();
}

async function application(participant: string, keys: Keyring, endpoint: { endpoint?: string }) {
  const { kty, crv, x, y } = await exportJWK(createPublicKey(keys.token));
  const said = {
    participant,
    name: { en: participant, zh: participant },
    organisation: participant,
    roles: [...(people[participant] ?? [])],
    tokenKey: { kty, crv, x, y },
    receiptCertificate: b64u(keys.receipt.certificate),
    ledgerCertificate: b64u(keys.ledger.certificate),
    ...endpoint,
  };
  const signed = { application: applicationId(said as unknown as Json) };
  return { application: said, signature: signJws(APPLICATION_TYPE, signed, keys.receipt) };
}

async function publish(
  client: (participant: string) => Client,
  keys: (participant: string) => Keyring,
  template: Template,
): Promise<void> {
  const id = templateId(template);
  await client('planner').json('/v1/templates', { json: template });
  await client('planner').json(`/v1/templates/${id}/submission`, { method: 'POST', json: {} });
  for (const reviewer of ['reviewer-one', 'reviewer-two']) {
    const said = { template: id, verdict: 'APPROVE', comment: 'Bounds and keys are declared.', iat: Date.now() };
    const statement = signJws(REVIEW_TYPE, said, keys(reviewer).receipt);
    await client(reviewer).json(`/v1/templates/${id}/reviews`, { json: { statement } });
  }
}
