// A small world in one process: exchange, three data ends, three compute nodes, a searcher; each with its own database and keys.
import { createPublicKey, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK } from 'jose';
import { startComputeNode, type RunningComputeNode } from '../../src/compute-node/application';
import { ComputeNodeSettings } from '../../src/compute-node/settings';
import { startDataEnd, type RunningDataEnd } from '../../src/data-end/application';
import { DataEndSettings } from '../../src/data-end/settings';
import { b64u, type Json } from '../../src/domain/canonical';
import { DataElement, elementId } from '../../src/domain/elements';
import { signJws, type Role } from '../../src/domain/identity';
import { APPLICATION_TYPE, applicationId } from '../../src/domain/identity/application';
import { defaultPolicy, type Policy } from '../../src/domain/safe-answers';
import { Template, templateId } from '../../src/domain/templates';
import { REVIEW_TYPE } from '../../src/domain/templates/review';
import { startExchange, type RunningExchange } from '../../src/exchange/application';
import { ExchangeSettings } from '../../src/exchange/settings';
import { freePort } from '../../src/platform/postgres';
import { ConfidentialOffice } from '../../src/sdk/confidential/ask';
import { nodeClient } from '../../src/sdk/confidential/node-client';
import { ledgerOf } from '../../src/sdk/ledger';
import { Office } from '../../src/sdk/office';
import { makeKeys, saveKeys } from '../../src/sdk/wallet/wallet';
import { Client, type Keyring, readKeyring, tlsPair } from '../../src/wire';
import { freshDatabase, type FreshDatabase } from '../support/postgres';

export const OWNERS = ['owner-a', 'owner-b', 'owner-c', 'owner-d'] as const;
export const NODES = ['node-a', 'node-b', 'node-c'] as const;
export const OPERATOR = 'operator-x';
export const SEARCHER = 'city-lab';
export const AUDITOR = 'audit-court';
const REVIEWERS = ['reviewer-a', 'reviewer-b'] as const;

/** Enough for an origin–destination table beyond every usual vector. */
export const zones: readonly string[] = Array.from({ length: 160 }, (_, at) => `zone-${String(at)}`);

export const element = DataElement.parse({
  schema: 'aggregora/element/1',
  name: 'visits',
  version: '1.0.0',
  title: { en: 'Visits', zh: '就诊' },
  unit: { of: 'person', column: 'person' },
  columns: [
    { name: 'person', type: 'text-id', title: { en: 'Person', zh: '个人' }, sensitivity: 'personal' },
    {
      name: 'ward',
      type: 'category',
      domain: { values: ['east', 'west', 'south'] },
      title: { en: 'Ward', zh: '病区' },
      sensitivity: 'personal',
    },
    {
      name: 'days',
      type: 'integer',
      domain: { low: 0, high: 30 },
      title: { en: 'Days', zh: '天数' },
      sensitivity: 'sensitive',
    },
    {
      name: 'age',
      type: 'integer',
      domain: { low: 0, high: 100 },
      title: { en: 'Age', zh: '年龄' },
      sensitivity: 'personal',
    },
    {
      name: 'again',
      type: 'integer',
      domain: { low: 0, high: 1 },
      title: { en: 'Came again', zh: '再次就诊' },
      sensitivity: 'sensitive',
    },
    ...['home', 'work'].map((name) => ({
      name,
      type: 'category',
      domain: { values: zones },
      title: { en: `Zone of ${name}`, zh: '区域' },
      sensitivity: 'personal',
    })),
    ...['lat', 'lon'].map((name) => ({
      name,
      type: 'decimal',
      domain: { low: 0, high: 100, scale: 2 },
      title: { en: `Place (${name})`, zh: '位置' },
      sensitivity: 'personal',
    })),
  ],
} as unknown);

export const template = Template.parse({
  schema: 'aggregora/template/1',
  name: 'visits-by-ward',
  version: '1.0.0',
  title: { en: 'People and days by ward', zh: '按病区统计的人数与天数' },
  element: elementId(element),
  purposes: ['research'],
  parameters: {
    minDays: { type: 'step', from: 0, to: 20, by: 1, optional: true, title: { en: 'Days from', zh: '最少天数' } },
    maxDays: { type: 'step', from: 20, to: 30, by: 1, optional: true, title: { en: 'Days to', zh: '最多天数' } },
  },
  where: [
    { column: 'days', op: '>=', parameter: 'minDays' },
    { column: 'days', op: '<=', parameter: 'maxDays' },
  ],
  groupBy: [{ column: 'ward', keys: 'declared' }],
  measures: [
    { as: 'people', of: 'units' },
    { as: 'days', of: 'mean', column: 'days', low: 0, high: 30, scale: 0 },
  ],
  bounds: { groupsPerUnit: 1 },
  privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
});

const [AGE, DAYS] = [
  { column: 'age', low: 0, high: 100, scale: 0 },
  { column: 'days', low: 0, high: 30, scale: 0 },
];
export const another = (
  name: string,
  title: string,
  measures: readonly object[],
  groupBy: readonly object[] = [],
): Template =>
  Template.parse({
    ...template,
    name,
    title: { en: title, zh: title },
    parameters: {},
    where: [],
    groupBy,
    measures,
  } as unknown);

/** What only sums over repositories answer: a line through everybody's points, and quantiles by ward. */
export const line = another('days-on-age', 'Days on age', [
  { as: 'together', of: 'correlation', between: [AGE, DAYS] },
  { as: 'days', of: 'regression', target: DAYS, on: [AGE] },
]);
export const quantiles = another(
  'age-quantiles',
  'Quantiles of age by ward',
  ['1/4', '1/2', '3/4'].map((quantile, at) => ({
    as: `q${String(at + 1)}`,
    of: 'quantile',
    column: 'age',
    quantile,
    candidates: [...Array.from({ length: 20 }, (_, i) => i * 5), 101],
  })),
  [{ column: 'ward', keys: 'declared' }],
);
/** What two repositories answer together: how many people from the south are in both. */
export const sharedPeople = Template.parse({
  ...template,
  name: 'shared-people',
  title: { en: 'People in both', zh: '共有人数' },
  parameters: { minDays: { type: 'step', from: 20, to: 30, by: 1, title: { en: 'Days from', zh: '最少天数' } } },
  where: [
    { column: 'ward', op: '=', constant: 'south' },
    { column: 'days', op: '>=', parameter: 'minDays' },
  ],
  groupBy: [],
  measures: [{ as: 'both', of: 'overlap', capacity: 300 }],
  privacy: { mechanism: 'gaussian', rho: '1/8', minUnits: 10 },
} as unknown);
export const templates = [template, line, quantiles, sharedPeople] as const;

/** Planted: no process but the owner's data end may ever hold these. */
export const canaries = Object.fromEntries(
  OWNERS.map((owner) => [owner, `canary-${owner}-${randomBytes(8).toString('hex')}`]),
);

/** In the name of everybody from the south, and those are in all files. */
export const SHARED = `shared-${randomBytes(8).toString('hex')}`;

/** Columns of the files by the element's names. */
const columns = ['person', 'ward', 'days', 'age', 'again', 'home', 'work', 'lat', 'lon'] as const;
export const COLUMNS = Object.fromEntries(columns.map((name) => [name, name])) as Record<
  (typeof columns)[number],
  string
>;

type RowOf = readonly [string, string, number, number];

/** Who came again: the more likely, the longer the stay; decided by a fixed sequence. */
export const againOf = ([person, , days]: RowOf): 0 | 1 => {
  const draw = [...person].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_007, 7) / 10_007;
  return draw < 1 / (1 + Math.exp(1.2 - 0.09 * days)) ? 1 : 0;
};

/** Where somebody lives, works and was: few zones and places with many people, and some with few. */
export const placesOf = ([, ward, days, age]: RowOf) => ({
  home: zones[(ward.length * 7 + (age % 5) * 31) % zones.length] ?? '',
  work: zones[(days % 4) * 37 + 1] ?? '',
  lat: 10 + (age % 4) * 20 + ward.length / 100,
  lon: 5 + (days % 5) * 18,
});

/** Rows of one owner: every count another prime-like number, so that an exact part would be recognised. */
export const rowsOf = (at: number): readonly (readonly [string, string, number, number])[] => {
  const rows: [string, string, number, number][] = [];
  const age = (days: number, i: number): number => 20 + 2 * days + ((i * 5) % 13);
  const counts = { east: 1009 + 97 * at, west: 811 + 89 * at, south: 613 + 83 * at };
  for (const [ward, count] of Object.entries(counts))
    for (let i = 0; i < count; i += 1) {
      const days = (i * 7 + at) % 31;
      const person = ward === 'south' ? `${SHARED}-${String(i)}` : `p${String(at)}-${ward}-${String(i)}`;
      rows.push([person, ward, days, age(days, i)]);
    }
  rows.push([canaries[OWNERS[at] ?? ''] ?? '', 'east', 17, age(17, 0)]);
  return rows;
};

export interface World {
  readonly folder: string;
  readonly url: string;
  readonly exchange: { running: RunningExchange };
  readonly dataEnds: Map<string, RunningDataEnd>;
  readonly nodes: Map<string, RunningComputeNode>;
  readonly databases: FreshDatabase[];
  readonly office: Office;
  readonly confidential: ConfidentialOffice;
  /** The searcher's own program anew: its books closed and opened again. */
  reopen(): Promise<void>;
  startNode(name: string): Promise<void>;
  startOwner(name: string): Promise<void>;
  desk<T>(owner: string, path: string, json?: Json): Promise<T>;
  keys(name: string): Promise<Keyring>;
  clientOf(name: string, server?: string): Promise<Client>;
  endpoint(name: string): string;
  close(): Promise<void>;
}

interface More {
  readonly templates?: readonly Template[];
  readonly limits?: Partial<Policy['limits']>;
  /** Templates whose answers owners only sell. */
  readonly priced?: readonly Template[];
}

/** `patienceMs`: how long the exchange waits for a node that is down. `more`: templates beside the usual ones, and what owners allow. */
export async function openWorld(patienceMs = 40_000, more: More = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-confidential-'));
  const databases: FreshDatabase[] = [];
  const urls = new Map<string, string>();
  const ports = new Map<string, number>();
  for (const name of [OPERATOR, ...OWNERS, ...NODES]) {
    const database = await freshDatabase();
    databases.push(database);
    urls.set(name, database.url);
    ports.set(name, await freePort());
  }
  const keyFile = (name: string) => join(folder, `${name}.json`);
  const keyrings = new Map<string, Keyring>();
  const keys = async (name: string): Promise<Keyring> => {
    const known = keyrings.get(name);
    if (known !== undefined) return known;
    saveKeys(keyFile(name), await makeKeys(name, Date.now()));
    const read = readKeyring(keyFile(name));
    keyrings.set(name, read);
    return read;
  };
  const isNode = (name: string) => (NODES as readonly string[]).includes(name);
  const endpoint = (name: string) => `${isNode(name) ? 'https' : 'http'}://127.0.0.1:${String(ports.get(name))}`;
  const url = endpoint(OPERATOR);
  const serving = (name: string) => ({
    PORT: ports.get(name),
    PUBLIC_URL: endpoint(name),
    DATABASE_URL: urls.get(name),
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    KEYS: keyFile(name),
  });
  await keys(OPERATOR);
  const exchange = {
    running: await startExchange(ExchangeSettings.parse({ ...serving(OPERATOR), NODE_PATIENCE_MS: patienceMs })),
  };
  const dataEnds = new Map<string, RunningDataEnd>();
  const nodes = new Map<string, RunningComputeNode>();
  const startOwner = async (name: string) => {
    await keys(name);
    const settings = { ...serving(name), EXCHANGE_URL: url, SECRETS: join(folder, `${name}.secrets`) };
    dataEnds.set(name, await startDataEnd(DataEndSettings.parse(settings)));
  };
  const startNode = async (name: string) => {
    await keys(name);
    const settings = { ...serving(name), EXCHANGE_URL: url, SECRETS: join(folder, `${name}.secrets`) };
    nodes.set(name, await startComputeNode(ComputeNodeSettings.parse(settings)));
  };
  const clientOf = async (name: string, server = url) => {
    const own = await keys(name);
    const settings = { issuer: `${url}/oidc`, server, now: () => Date.now() };
    const node = NODES.find((one) => endpoint(one) === server);
    if (node === undefined) return new Client({ ...settings, identity: { participant: name, tokenKey: own.token } });
    const tls = await tlsPair(keyFile(name), name, Date.now());
    return nodeClient({ ledger: ledgerOf({}, url, own, () => Date.now()), keys: own, tls }, node, settings);
  };
  const desk = async <T>(owner: string, path: string, json?: Json): Promise<T> => {
    const { readFileSync } = await import('node:fs');
    const code = (JSON.parse(readFileSync(join(folder, `${owner}.secrets`), 'utf8')) as { deskCode: string }).deskCode;
    const open = new Client({ issuer: `${url}/oidc`, server: endpoint(owner), now: () => Date.now() });
    return open.json<T>(`/owner/${path}`, {
      headers: { authorization: `Desk ${code}` },
      ...(json === undefined ? {} : { json }),
    });
  };
  await keys(SEARCHER);
  const own = await keys(SEARCHER);
  const open = () => {
    const opened = new Office({ exchangeUrl: url, keys: own, bookFile: join(folder, 'book.jsonl') });
    return { office: opened, confidential: new ConfidentialOffice(opened) };
  };
  let searcher = open();
  const shut = async () => {
    await searcher.confidential.close();
    searcher.office.close();
  };
  const world: World = {
    folder,
    url,
    exchange,
    dataEnds,
    nodes,
    databases,
    get office() {
      return searcher.office;
    },
    get confidential() {
      return searcher.confidential;
    },
    reopen: async () => {
      await shut();
      searcher = open();
    },
    startNode,
    startOwner,
    desk,
    keys,
    clientOf,
    endpoint,
    close: async () => {
      await shut();
      for (const running of [...nodes.values(), ...dataEnds.values(), exchange.running])
        await running.stop().catch(() => undefined);
      for (const database of databases) await database.drop();
    },
  };
  await populate(world, more);
  return world;
}

/** Room for a few hundred questions. */
const policy: Policy = {
  ...defaultPolicy,
  limits: { ...defaultPolicy.limits, rhoPerQuestion: '1/8', capPerSearcher: '8', capPerRepository: '16' },
};

async function populate(world: World, { templates: others = [], limits, priced = [] }: More): Promise<void> {
  const published = [...templates, ...others];
  const register = async (name: string, role: Role) => {
    const keys = await world.keys(name);
    const { kty, crv, x, y } = await exportJWK(createPublicKey(keys.token));
    const serves = role === 'owner' || role === 'compute-node';
    const application = {
      participant: name,
      name: { en: name, zh: name },
      organisation: `org-${name}`,
      roles: [role],
      tokenKey: { kty, crv, x, y },
      receiptCertificate: b64u(keys.receipt.certificate),
      ledgerCertificate: b64u(keys.ledger.certificate),
      ...(serves ? { endpoint: `${world.endpoint(name)}/` } : {}),
    };
    const signature = signJws(
      APPLICATION_TYPE,
      { application: applicationId(application as unknown as Json) },
      keys.receipt,
    );
    const open = new Client({ issuer: `${world.url}/oidc`, server: world.url, now: () => Date.now() });
    await open.json('/v1/participants', { json: { application, signature } });
    const operator = await world.clientOf(OPERATOR);
    await operator.json(`/v1/participants/${name}/approval`, { method: 'POST', json: {} });
  };
  for (const owner of OWNERS) await register(owner, 'owner');
  for (const node of NODES) await register(node, 'compute-node');
  for (const reviewer of REVIEWERS) await register(reviewer, 'reviewer');
  await register(SEARCHER, 'searcher');
  await register(AUDITOR, 'auditor');
  await Promise.all(OWNERS.map((owner) => world.startOwner(owner)));
  await Promise.all(NODES.map((node) => world.startNode(node)));
  const metadata = {
    schema: 'aggregora/repository/1',
    rhythm: 'P1M',
    title: { en: 'Visits', zh: '就诊' },
    description: { en: 'Invented.', zh: '虚构。' },
    theme: 'health',
    place: { name: 'Town' },
    time: { from: '2026-01-01', to: '2026-06-30' },
    size: '1e3-1e4',
    operations: ['units', 'count', 'mean', 'sum', 'histogram'],
    licence: 'CC0-1.0',
    synthetic: true,
  };
  for (const [at, owner] of OWNERS.entries()) {
    const file = join(world.folder, `${owner}.csv`);
    const lines = rowsOf(at).map((row) => {
      const { home, work, lat, lon } = placesOf(row);
      return [...row, againOf(row), home, work, lat.toFixed(2), lon.toFixed(2)].join(',');
    });
    writeFileSync(file, [columns.join(','), ...lines].join('\n'));
    const source = { kind: 'csv', file, columns: COLUMNS };
    const offer = {
      id: repositoryOf(owner),
      element,
      metadata,
      source,
      policy: { ...policy, limits: { ...policy.limits, ...limits } },
    };
    await world.desk(owner, 'repositories', offer as unknown as Json);
  }
  const author = await world.clientOf(SEARCHER);
  for (const document of published) {
    const { id } = await author.json<{ id: string }>('/v1/templates', { json: document });
    await author.json(`/v1/templates/${id}/submission`, { method: 'POST', json: {} });
    for (const reviewer of REVIEWERS) {
      const said = {
        template: id,
        verdict: 'APPROVE',
        comment: 'Bounds are declared and the cost is stated.',
        iat: Date.now(),
      };
      const statement = signJws(REVIEW_TYPE, said, (await world.keys(reviewer)).receipt);
      await (await world.clientOf(reviewer)).json(`/v1/templates/${id}/reviews`, { json: { statement } });
    }
  }
  for (const owner of OWNERS)
    for (const document of published) {
      const name = document.name;
      await world.desk(owner, 'adoptions', { repository: repositoryOf(owner), template: templateId(document) });
      await world.desk(owner, 'permits', {
        schema: 'aggregora/permit/1',
        id: `${owner}.${name}`,
        version: 1,
        grantor: owner,
        searcher: SEARCHER,
        repository: repositoryOf(owner),
        template: templateId(document),
        purposes: ['research'],
        from: 0,
        until: Date.now() + 86_400_000,
        quota: 500,
        rho: '4',
        ...(priced.includes(document) ? { priced: true } : {}),
      });
    }
}

export const repositoryOf = (owner: string): string => `${owner}.visits`;
