// A searcher organisation's desk: a small local server that holds the keys and the book, so that neither browser nor exchange ever does.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { readStrict } from '../../domain/canonical';
import { purposes } from '../../domain/permits';
import { partNames } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { PeerRefusal } from '../../wire';
import type { Office } from '../office';
import { passing } from '../passing';
import type { AuditTrust } from '../verify/trust';
import { verifyOffline } from '../verify/verify';
import { refusalWords } from '../refusal-words';
import type { ConfidentialOffice } from '../confidential/ask';
import { ConfidentialDesk } from './confidential';
import { groupList, groupView } from './view';

export interface DeskSettings {
  readonly host: string;
  readonly port: number;
  /** People say it as `Authorization: Desk <code>`. */
  readonly code: string;
  /** Pages from here may call the desk. */
  readonly origins: readonly string[];
  readonly trust: () => Promise<AuditTrust>;
}

const Question = z.strictObject({
  template: z.string().max(80),
  repositories: z.array(z.string().max(128)).min(1).max(32),
  parameters: z.record(z.string().max(64), z.json()),
  purpose: z.enum(purposes),
  direct: z.boolean().optional(),
  mode: z.enum(['clear', 'sealed', 'shares', 'homomorphic', 'overlap']).default('clear'),
  /** Confidential modes: how long data ends may take, fewest repositories, and three nodes by name. */
  withinMs: z.int().min(1_000).max(1_800_000).optional(),
  minRepositories: z.int().min(3).max(512).optional(),
  nodes: z.array(z.string().max(41)).length(3).optional(),
  products: z.array(z.string().max(128)).max(32).optional(),
});
const Opened = z.union([z.literal('everything'), z.array(z.enum(partNames)).max(partNames.length)]);

const Purchase = z.strictObject({
  product: z.string().max(128),
  template: z.string().max(80),
  parameters: z.record(z.string().max(64), z.json()),
  purpose: z.enum(purposes),
  quote: z.string().max(80).optional(),
});

type Handler = (
  parts: readonly string[],
  query: URLSearchParams,
  body: () => Promise<unknown>,
  key: string | undefined,
) => Promise<unknown>;

/** Bytes as they are, not JSON to be shown; with a name they are a file to be kept. */
class Download {
  constructor(
    readonly name: string | undefined,
    readonly bytes: Uint8Array,
    readonly type = 'application/json',
  ) {}
}

/** What comes after is a path of the exchange's market; no dots alone, so that it stays below it. */
const MARKET = /^\/desk\/market\/((?:[\w:%-][\w.:%-]*)(?:\/[\w:%-][\w.:%-]*)*)$/;
const STEP_MS = 400;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export class Desk {
  private readonly server: Server;
  private stopped = false;
  private loop: Promise<void> | undefined;
  private readonly failures = new Map<string, Refusal>();
  /** When (ms) a record is tried again, and how long it waits then. */
  private readonly again = new Map<string, { readonly at: number; readonly pauseMs: number }>();

  private readonly confidential: ConfidentialDesk;

  constructor(
    private readonly office: Office,
    private readonly settings: DeskSettings,
    confidential?: ConfidentialOffice,
  ) {
    this.confidential = new ConfidentialDesk(confidential);
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  /** Listening, and going on with whatever was begun, when it returns. */
  async start(): Promise<void> {
    const { port, host } = this.settings;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, host, resolve);
    });
    this.loop = this.work();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.loop;
    await this.confidential.close();
    this.office.close();
  }

  /** Resends what is unanswered, anchors, exchanges proofs; a failing step is tried again, nothing is lost. */
  private async work(): Promise<void> {
    while (!this.stopped) {
      this.goOn(performance.now());
      this.confidential.goOn(performance.now());
      await this.office.advance().catch(() => undefined);
      await pause(STEP_MS);
    }
  }

  /** Whatever has no promise is sent again: left behind by a crash here, or by one on the other side that outlasted our patience. */
  private goOn(now: number): void {
    for (const xid of this.office.searcher.unsettled()) {
      const failure = this.failures.get(xid);
      if (failure !== undefined && !passing.has(failure.code)) continue;
      if (now >= (this.again.get(xid)?.at ?? 0)) this.settle(xid);
    }
  }

  private settle(xid: string): void {
    this.office.searcher.settle(xid).then(
      () => {
        this.failures.delete(xid);
        this.again.delete(xid);
      },
      (error: unknown) => {
        this.failures.set(xid, error instanceof Refusal ? error : new Refusal('INTERNAL', { xid }));
        const pauseMs = Math.min(2 * (this.again.get(xid)?.pauseMs ?? FIRST_PAUSE_MS / 2), LONGEST_PAUSE_MS);
        this.again.set(xid, { at: performance.now() + pauseMs, pauseMs });
      },
    );
  }

  private readonly routes: readonly (readonly [string, RegExp, Handler])[] = [
    ['GET', /^\/desk$/, () => Promise.resolve(this.about())],
    ['GET', /^\/desk\/permits$/, async () => ({ items: await this.office.catalogue.permits() })],
    ['GET', /^\/desk\/budget$/, (_parts, query) => this.office.catalogue.budget(query.get('permit') ?? '')],
    [
      'POST',
      /^\/desk\/permit-requests$/,
      async (_parts, _query, body) => this.office.catalogue.requestPermit(Wish.parse(await body())),
    ],
    ['POST', /^\/desk\/questions$/, async (_parts, _query, body) => this.ask(await body())],
    [
      'GET',
      /^\/desk\/questions$/,
      (_parts, query) =>
        Promise.resolve({
          items: groupList(this.office, Number(query.get('limit') ?? 50), (group) => this.confidential.fitOf(group)),
        }),
    ],
    ['GET', /^\/desk\/questions\/([\w-]+)$/, ([group]) => this.one(group ?? '')],
    [
      'GET',
      /^\/desk\/questions\/([\w-]+)\/evidence$/,
      ([group], query) => {
        const level = query.get('level') === 'A' ? 'A' : 'B';
        const bytes = this.confidential.evidence(group ?? '', level);
        return Promise.resolve(new Download(`confidential-${level}-${group ?? ''}.json`, bytes));
      },
    ],
    [
      'GET',
      /^\/desk\/evidence\/([\w-]+)$/,
      async ([xid], query) =>
        new Download(`evidence-${xid ?? ''}.json`, await this.office.evidence(xid ?? '', openedBy(query))),
    ],
    ['POST', /^\/desk\/purchases$/, async (_parts, _query, body) => this.buy(await body())],
    ['GET', MARKET, ([path = ''], query) => this.market('GET', path, query)],
    ['POST', MARKET, async ([path = ''], query, body, key) => this.market('POST', path, query, await body(), key)],
    ['PUT', MARKET, async ([path = ''], query, body, key) => this.market('PUT', path, query, await body(), key)],
    [
      'POST',
      /^\/desk\/verify\/([\w-]+)$/,
      async ([xid]) => verifyOffline(await this.office.evidence(xid ?? ''), await this.settings.trust()),
    ],
  ];

  private about() {
    const { keys, exchangeUrl } = this.office.settings;
    return { participant: keys.participant, exchange: exchangeUrl };
  }

  private async ask(given: unknown) {
    const read = Question.safeParse(given);
    if (!read.success) throw new Refusal('BODY_SHAPE', { at: read.error.issues[0]?.path.join('/') ?? '' });
    const { direct, parameters, mode, withinMs, minRepositories, nodes, products, ...rest } = read.data;
    if (mode === 'shares' || mode === 'homomorphic' || mode === 'overlap') {
      const wishes = {
        ...(withinMs && { withinMs }),
        ...(minRepositories && { minRepositories }),
        ...(nodes && { nodes }),
        ...(products && { products }),
      };
      return this.confidential.begin({ ...rest, parameters, mode, ...wishes });
    }
    const way = { ...(direct === true ? { direct } : {}), ...(mode === 'sealed' ? { sealed: true } : {}) };
    const { group, xids } = await this.office.begin({ ...rest, parameters, ...way });
    for (const xid of xids) this.settle(xid);
    return { group, xids };
  }

  private async buy(given: unknown) {
    const read = Purchase.safeParse(given);
    if (!read.success) throw new Refusal('BODY_SHAPE', { at: read.error.issues[0]?.path.join('/') ?? '' });
    const { quote, ...wanted } = read.data;
    const bought = await this.office.market.buy({ ...wanted, ...(quote === undefined ? {} : { quote }) });
    this.settle(bought.xid);
    return bought;
  }

  /** The market's routes in our organisation's name: whoever holds the desk's code buys, bids and reads statements for it. */
  private async market(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    query: URLSearchParams,
    body?: unknown,
    key?: string,
  ): Promise<Download> {
    const asked = query.size === 0 ? path : `${path}?${query.toString()}`;
    const { type, bytes } = await this.office.market.pass(method, asked, body, key);
    return new Download(undefined, bytes, type);
  }

  private async one(group: string) {
    const record = this.confidential.record(group);
    const view = await groupView(this.office, group, (code) => refusalWords.get(code), record);
    const ended = record?.refusal && new Refusal(record.refusal.code, record.refusal.details);
    const failed =
      ended ?? view.records.map(({ xid }) => this.failures.get(xid)).find((refusal) => this.shows(refusal));
    return { ...view, error: failed === undefined ? null : this.problem(failed) };
  }

  private shows(refusal: Refusal | undefined): boolean {
    return refusal !== undefined && !passing.has(refusal.code);
  }

  private problem(refusal: Refusal) {
    const row = refusalWords.get(refusal.code);
    return {
      type: `urn:aggregora:refusal:${refusal.code}`,
      title: row?.en ?? (refusal instanceof PeerRefusal ? refusal.title : refusal.code),
      titleZh: row?.zh ?? refusal.code,
      status: row?.http ?? 500,
      detail: row?.doEn ?? (refusal instanceof PeerRefusal ? refusal.detail : ''),
      detailZh: row?.doZh ?? '',
      code: refusal.code,
      details: refusal.details,
    };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = request.headers.origin;
    if (origin !== undefined && this.settings.origins.includes(origin)) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-headers', 'authorization, content-type, idempotency-key');
      response.setHeader('access-control-allow-methods', 'GET, POST, PUT');
      response.setHeader('vary', 'origin');
    }
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    try {
      if (!same(request.headers.authorization ?? '', `Desk ${this.settings.code}`))
        throw new Refusal('DESK_CODE_WRONG');
      send(response, await this.route(request));
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal(error instanceof z.ZodError ? 'BODY_SHAPE' : 'INTERNAL');
      const problem = this.problem(refusal);
      response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }
  }

  private async route(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? '/', 'http://desk');
    for (const [method, pattern, handle] of this.routes) {
      const found = method === request.method ? pattern.exec(url.pathname) : null;
      if (found === null) continue;
      const key = request.headers['idempotency-key'];
      return handle(found.slice(1), url.searchParams, () => bodyOf(request), typeof key === 'string' ? key : undefined);
    }
    throw new Refusal('ROUTE_UNKNOWN');
  }
}

/** `?open=answer,timing`: those parts are shown, the others stay salted hashes. */
function openedBy(query: URLSearchParams): z.infer<typeof Opened> {
  const open = query.get('open') ?? 'everything';
  return Opened.parse(open === 'everything' ? open : open.split(',').filter((part) => part !== ''));
}

const Wish = z.strictObject({ repository: z.string(), template: z.string(), purpose: z.enum(purposes) });
const BODY_BYTES = 65_536;

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_BYTES) throw new Refusal('TOO_LARGE');
    chunks.push(chunk as Buffer);
  }
  return readStrict(new Uint8Array(Buffer.concat(chunks)), BODY_BYTES);
}

function send(response: ServerResponse, value: unknown): void {
  if (value instanceof Download) {
    const kept = value.name === undefined ? {} : { 'content-disposition': `attachment; filename="${value.name}"` };
    response.writeHead(200, { 'content-type': value.type, ...kept }).end(value.bytes);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
