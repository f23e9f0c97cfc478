// The first story, played over the real doors: owners register, reviewers sign, owners adopt and permit, a searcher asks, an auditor verifies.
import type { Json } from '../domain/canonical';
import { exportJWK } from 'jose';
import { createPublicKey } from 'node:crypto';
import { b64u } from '../domain/canonical';
import { signJws, type Role } from '../domain/identity';
import type { Permit } from '../domain/permits';
import { type Template, templateId } from '../domain/templates';
import { Client, issuerOf, type Keyring } from '../wire';
import { applicationId, APPLICATION_TYPE } from '../domain/identity/application';
import { REVIEW_TYPE } from '../domain/templates/review';
import type { Offer } from './samples/offers';
import type { Terminal } from './terminal';
import { OPERATOR, type Town } from './town';

export const SEARCHER = 'city-planning';
export const people: readonly {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  readonly roles: readonly Role[];
  readonly organisation: string;
}[] = [
  {
    id: 'north-district',
    en: 'Northern district',
    zh: '北区',
    roles: ['owner', 'trader'],
    organisation: 'north-district',
  },
  {
    id: 'south-district',
    en: 'Southern district',
    zh: '南区',
    roles: ['owner', 'trader'],
    organisation: 'south-district',
  },
  {
    id: 'statistics-bureau',
    en: 'Statistics bureau',
    zh: '统计局',
    roles: ['owner', 'trader'],
    organisation: 'statistics-bureau',
  },
  {
    id: SEARCHER,
    en: 'City planning office',
    zh: '城市规划局',
    roles: ['searcher', 'trader'],
    organisation: 'city-planning',
  },
  {
    id: 'privacy-institute',
    en: 'Privacy institute',
    zh: '隐私研究所',
    roles: ['reviewer'],
    organisation: 'privacy-institute',
  },
  {
    id: 'university-statistics',
    en: 'University, statistics',
    zh: '大学统计系',
    roles: ['reviewer'],
    organisation: 'university',
  },
  { id: 'audit-office', en: 'Audit office', zh: '审计署', roles: ['auditor'], organisation: 'audit-office' },
  {
    id: 'computing-centre',
    en: 'University computing centre',
    zh: '大学计算中心',
    roles: ['compute-node'],
    organisation: 'computing-centre',
  },
  {
    id: 'notary-chamber',
    en: 'Chamber of notaries',
    zh: '公证处',
    roles: ['compute-node'],
    organisation: 'notary-chamber',
  },
  { id: 'data-trust', en: 'Data trust', zh: '数据信托机构', roles: ['compute-node'], organisation: 'data-trust' },
];

/** Three known parties that combine what repositories contribute, and see none of it. */
export const computeNodes = people.filter(({ roles }) => roles.includes('compute-node')).map(({ id }) => id);

const YEAR = 365 * 86_400_000;

/** A client of the exchange under a participant's keys. */
export async function clientOf(town: Town, participant: string, server = town.exchangeUrl): Promise<Client> {
  const keys = await town.keys(participant);
  return new Client({
    issuer: issuerOf(town.exchangeUrl),
    server,
    identity: { participant, tokenKey: keys.token },
    now: () => Date.now(),
  });
}

/** The owner's own people at their data end. */
export function ownerDesk(town: Town, owner: string) {
  const client = new Client({
    issuer: issuerOf(town.exchangeUrl),
    server: town.dataEndUrl(owner),
    now: () => Date.now(),
  });
  const headers = { authorization: `Desk ${town.deskCode(owner)}` };
  return <T>(path: string, json?: Json): Promise<T> =>
    client.json<T>(`/owner/${path}`, { headers, ...(json === undefined ? {} : { json }), timeoutMs: 300_000 });
}

export async function register(town: Town): Promise<void> {
  const operator = await clientOf(town, OPERATOR);
  const open = new Client({ issuer: issuerOf(town.exchangeUrl), server: town.exchangeUrl, now: () => Date.now() });
  // Who is registered stays so; a second application under the same name would be refused.
  const { items } = await open.json<{ items: readonly { id: string }[] }>('/v1/participants', { open: true });
  for (const person of people.filter(({ id }) => !items.some((known) => known.id === id))) {
    const address = town.addressOf(person.id);
    if (address === undefined && person.roles.includes('compute-node')) continue; // This town has no nodes.
    const keys = await town.keys(person.id);
    const endpoint = address === undefined ? {} : { endpoint: `${address}/` };
    await open.json('/v1/participants', { json: await application(person, keys, endpoint) });
    await operator.json(`/v1/participants/${person.id}/approval`, { method: 'POST', json: {} });
  }
}

async function application(person: (typeof people)[number], keys: Keyring, endpoint: { endpoint?: string }) {
  const { kty, crv, x, y } = await exportJWK(createPublicKey(keys.token));
  const said = {
    participant: person.id,
    name: { en: person.en, zh: person.zh },
    organisation: person.organisation,
    roles: [...person.roles],
    tokenKey: { kty, crv, x, y },
    receiptCertificate: b64u(keys.receipt.certificate),
    ledgerCertificate: b64u(keys.ledger.certificate),
    ...endpoint,
  } as const;
  return {
    application: said,
    signature: signJws(APPLICATION_TYPE, { application: applicationId(said as unknown as Json) }, keys.receipt),
  };
}

export async function offer(town: Town, { owner, id, element, metadata, source }: Offer): Promise<void> {
  await ownerDesk(town, owner)('repositories', { id, element, metadata, source } as unknown as Json);
}

/** Written by the searcher, signed by two reviewers of two organisations, published on the ledger. */
export async function publish(town: Town, template: Template): Promise<string> {
  const author = await clientOf(town, SEARCHER);
  const { id } = await author.json<{ id: string }>('/v1/templates', { json: template });
  if (id !== templateId(template)) throw new Error('The exchange computed another template id.');
  await author.json(`/v1/templates/${id}/submission`, { method: 'POST', json: {} });
  for (const reviewer of ['privacy-institute', 'university-statistics']) {
    const keys = await town.keys(reviewer);
    const statement = signJws(
      REVIEW_TYPE,
      {
        template: id,
        verdict: 'APPROVE',
        comment: 'Bounds are declared, keys are declared, the cost is stated.',
        iat: Date.now(),
      },
      keys.receipt,
    );
    await (await clientOf(town, reviewer)).json(`/v1/templates/${id}/reviews`, { json: { statement } });
  }
  return id;
}

export async function adoptAndPermit(town: Town, one: Offer): Promise<void> {
  const desk = ownerDesk(town, one.owner);
  for (const template of one.templates) {
    const id = templateId(template);
    await desk('adoptions', { repository: one.id, template: id });
    const permit: Permit = {
      schema: 'aggregora/permit/1',
      id: `${one.id}.${template.name}`,
      version: 1,
      grantor: one.owner,
      searcher: SEARCHER,
      repository: one.id,
      template: id,
      purposes: ['urban-planning', 'research'],
      from: 0,
      until: (await firstUse(town)) + YEAR,
      quota: 200,
      rho: '1/8',
    };
    await desk('permits', permit as unknown as Json);
  }
}

/** Permits are granted once and must read alike when the story is told again. */
async function firstUse(town: Town): Promise<number> {
  const { readFileSync, writeFileSync, existsSync } = await import('node:fs');
  const file = town.home.at('first-use');
  if (!existsSync(file)) writeFileSync(file, String(Date.now()));
  return Number(readFileSync(file, 'utf8'));
}

export interface DeskAnswer {
  readonly group: string;
  readonly records: readonly {
    readonly xid: string;
    readonly repository: string;
    readonly state: string;
    readonly status: string | null;
    readonly refusal: { readonly code: string; readonly title: { readonly en: string } } | null;
    readonly answer: Json;
    readonly left: Json;
    readonly e: string | null;
    readonly anchors: {
      readonly own: { readonly seq: number; readonly height: number | null; readonly tx?: string } | null;
      readonly owner: { readonly seq: number; readonly height?: number | null; readonly tx?: string } | null;
    };
  }[];
  readonly combined: Json;
  readonly error: { readonly code: string; readonly title: string } | null;
}

/** The searcher's own people at their desk. */
export class DeskClient {
  private readonly client: Client;

  constructor(private readonly town: Town) {
    this.client = new Client({ issuer: issuerOf(town.exchangeUrl), server: town.deskUrl, now: () => Date.now() });
  }

  async call<T>(path: string, json?: Json): Promise<T> {
    return this.client.json<T>(path, {
      headers: { authorization: `Desk ${this.town.deskCode('desk')}` },
      ...(json === undefined ? {} : { json }),
    });
  }

  ask(
    template: string,
    repositories: readonly string[],
    parameters: Record<string, Json>,
  ): Promise<{ group: string; xids: readonly string[] }> {
    return this.call('/desk/questions', { template, repositories, parameters, purpose: 'urban-planning' });
  }

  /** Polls until `ready`, telling each look. */
  async until(group: string, ready: (answer: DeskAnswer) => boolean, patienceMs = 120_000): Promise<DeskAnswer> {
    const { setTimeout: pause } = await import('node:timers/promises');
    const end = Date.now() + patienceMs;
    for (;;) {
      const answer = await this.call<DeskAnswer>(`/desk/questions/${group}`);
      if (ready(answer)) return answer;
      if (answer.error !== null) throw new Error(`${answer.error.code}: ${answer.error.title}`);
      if (Date.now() > end)
        throw new Error(
          `Still not there after ${String(patienceMs / 1000)} s: ${answer.records.map(({ xid, state }) => `${xid} ${state}`).join(', ')}`,
        );
      await pause(150);
    }
  }
}

export const answered = (answer: DeskAnswer): boolean => answer.records.every(({ status }) => status !== null);
export const final = (answer: DeskAnswer): boolean => answer.records.every(({ state }) => state === 'FINAL');

export function showAnswer(terminal: Terminal, body: Json): void {
  const { cells, label } = body as {
    cells: { key: string[]; values: Record<string, { value?: Json; low?: Json; high?: Json; withheld?: string }> }[];
    label?: { rho?: string; sentences?: { en?: string[] } };
  };
  const measures = Object.keys(cells[0]?.values ?? {});
  const text = (value: Json | undefined) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  terminal.table(
    ['', ...measures.flatMap((measure) => [measure, '95 % interval'])],
    cells.map(({ key, values }) => [
      key.join(' · '),
      ...measures.flatMap((measure) => {
        const cell = values[measure];
        return cell?.withheld === undefined
          ? [text(cell?.value), `${text(cell?.low)} … ${text(cell?.high)}`]
          : ['withheld', cell.withheld];
      }),
    ]),
  );
  if (label?.rho !== undefined) terminal.note(`rho ${label.rho}. ${label.sentences?.en?.[0] ?? ''}`);
}
