// A stand-in for the exchange's open routes and for a searcher's desk, so that the console's pages can be tried without either.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import * as told from './console-fixtures';
import { deskMarket, openMarket } from './console-market';

export interface StandIn {
  readonly exchange: string;
  readonly desk: string;
  readonly code: string;
  /** While it is true no question comes further: what is shown meanwhile can be looked at in peace. */
  waits: boolean;
  stop(): Promise<void>;
}

const CODE = 'tango-4711';
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
// The same rule as the exchange's: whatever the page fetches elsewhere must fail here too.
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' http://127.0.0.1:*";

interface Heard {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly zh: boolean;
}
type Reply = { readonly status?: number; readonly body: unknown };

/** Both servers on free loopback ports; `folder` is the built console. */
export async function standIn(folder: string): Promise<StandIn> {
  const asked = new Questions();
  const desk = createServer((request, response) => void deskSide(request, response, asked));
  const exchange = createServer((request, response) => void exchangeSide(request, response, folder));
  const [exchangeAt, deskAt] = await Promise.all([listening(exchange), listening(desk)]);
  return {
    exchange: exchangeAt,
    desk: deskAt,
    code: CODE,
    get waits() {
      return asked.wait;
    },
    set waits(wait) {
      asked.wait = wait;
    },
    stop: async () => {
      for (const server of [desk, exchange]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function heard(request: IncomingMessage): Promise<Heard> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  let text = '';
  for await (const piece of request) text += String(piece);
  return {
    method: request.method ?? 'GET',
    path: url.pathname.split('/').filter(Boolean).map(decodeURIComponent),
    query: url.searchParams,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    zh: request.headers['accept-language']?.startsWith('zh') === true,
  };
}

function send(response: ServerResponse, reply: Reply | undefined): void {
  const { status = 200, body } = reply ?? {
    status: 404,
    body: { title: 'Unknown.', detail: 'Choose another.', code: 'ROUTE_UNKNOWN' },
  };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function exchangeSide(request: IncomingMessage, response: ServerResponse, folder: string): Promise<void> {
  const question = await heard(request);
  if (question.path[0] === 'v1') {
    send(response, open(question));
    return;
  }
  const name = normalize(question.path.join('/') || 'index.html');
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  if (bytes === undefined) return void response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': `${types[extname(name)] ?? 'text/plain'}; charset=utf-8`,
    'content-security-policy': policy,
  });
  response.end(bytes);
}

function open({ method, path: [, room, id, part, more], query, body, zh }: Heard): Reply | undefined {
  const sold = room === 'market' ? openMarket(id, part, more) : undefined;
  if (sold !== undefined) return { body: sold };
  if (room === 'participants') return { body: { items: told.participants } };
  if (room === 'repositories' && id === undefined) return { body: { items: search(query), next: null } };
  if (room === 'repositories') {
    const found = told.repositories.find((one) => one.id === id);
    const adoptions = told.templateRows
      .filter((row) => told.adopters(row.id).includes(id ?? ''))
      .map((row) => ({ repository: id, template: row.id, state: 'adopted' }));
    return found === undefined ? unknownRepository(zh) : { body: { ...found, adoptions } };
  }
  if (room === 'elements') return { body: told.elementRow };
  if (room === 'templates' && id === undefined) return { body: { items: told.templateRows } };
  if (room === 'templates' && part === 'preview' && method === 'POST')
    return { body: told.previewOf(id ?? '', body['parameters'] as Record<string, unknown>) };
  const template = room === 'templates' ? told.templateOf(id ?? '') : undefined;
  return template && { body: template };
}

const unknownRepository = (zh: boolean): Reply => ({
  status: 404,
  body: {
    title: zh ? '没有此数据仓库。' : 'There is no such repository.',
    detail: zh ? '请在目录中选择。' : 'Choose one from the catalogue.',
    code: 'REPOSITORY_UNKNOWN',
    status: 404,
  },
});

function search(query: URLSearchParams): readonly object[] {
  const template = query.get('template');
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/);
  return told.repositories.filter((one) => {
    if (template !== null && !told.adopters(template).includes(one.id)) return false;
    if (query.has('theme') && query.get('theme') !== one.metadata.theme) return false;
    if (query.has('operation') && !one.metadata.operations.includes(query.get('operation') ?? '')) return false;
    const text = JSON.stringify(one.metadata).toLowerCase();
    return words.every((word) => text.includes(word)) && text.includes((query.get('place') ?? '').toLowerCase());
  });
}

interface Asked {
  readonly at: number;
  readonly template: string;
  readonly repositories: readonly string[];
  readonly mode: string;
  looks: number;
}

class Questions extends Map<string, Asked> {
  wait = false;
}

async function deskSide(request: IncomingMessage, response: ServerResponse, asked: Questions): Promise<void> {
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, accept-language');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  const question = await heard(request);
  if (request.headers.authorization !== `Desk ${CODE}`) return void response.writeHead(401).end();
  send(response, answered(question, asked));
}

function answered({ method, path: [, room, id], query, body }: Heard, asked: Questions): Reply | undefined {
  switch (room) {
    case undefined:
      return {
        body: { participant: 'city-planning', name: { en: 'City Planning Office', zh: '城市规划局' }, exchange: 'x' },
      };
    case 'permits':
      return { body: { items: told.permits(Date.now()) } };
    case 'permit-requests':
      return { body: { id: '1', state: 'open' } };
    case 'budget':
      return { body: told.budgetOf(query.get('repository') ?? '') };
    case 'market': {
      const said = deskMarket(id);
      return said === undefined ? undefined : { body: said };
    }
    case 'purchases':
      return put({ ...body, repositories: ['denver-north'] }, asked);
    case 'evidence':
      return { body: { v: 'dx/1', xid: id } };
    case 'verify':
      return { body: { code: 0, checks: told.checks } };
    case 'questions':
      return method === 'POST'
        ? put(body, asked)
        : id === undefined
          ? { body: { items: lines(asked) } }
          : look(id, asked);
    default:
      return undefined;
  }
}

function put(body: Record<string, unknown>, asked: Questions): Reply {
  const group = `00000000-0000-4000-8000-${String(asked.size + 1).padStart(12, '0')}`;
  const {
    template,
    repositories,
    mode = 'clear',
  } = body as { template: string; repositories: string[]; mode?: string };
  asked.set(group, { at: Date.now(), template, repositories, mode, looks: 0 });
  return { status: 202, body: { group, xids: repositories.map((one) => `${group}/${one}`) } };
}

const lines = (asked: Questions): readonly object[] =>
  [...asked].map(([group, { looks, ...rest }]) => ({ group, ...rest, state: stateAt(looks) })).reverse();

const road = ['REQUESTED', 'REQUESTED', 'ANSWERED', 'ACKED', 'ANCHORED', 'FINAL'] as const;
const stateAt = (looks: number): (typeof road)[number] => road[Math.min(looks, road.length - 1)] ?? 'FINAL';

/** Every look moves the records one step along the road, unless they wait. */
function look(group: string, asked: Questions): Reply | undefined {
  const found = asked.get(group);
  if (found === undefined) return undefined;
  const state = stateAt(found.looks);
  if (!asked.wait) found.looks += 1;
  const alone = found.repositories.map((repository, at) => record(repository, at, state, found.template));
  const isSum = found.mode === 'shares' || found.mode === 'homomorphic';
  const good = alone.filter((one) => one.answer !== null).length;
  // Of a sum nobody has the parts.
  const records = isSum ? alone.map((one) => ({ ...one, answer: null })) : alone;
  const words = told.previewOf(found.template, { minRooms: 3 }).words;
  const { at, template, mode } = found;
  return {
    body: {
      group,
      at,
      template,
      mode,
      words,
      records,
      combined: good > 1 ? told.combinedOf(template) : null,
      error: null,
    },
  };
}

function record(repository: string, at: number, state: (typeof road)[number], template: string) {
  const past = road.indexOf(state);
  const refused = repository === 'denver-west' && past >= 2;
  const here = past >= 2 && !refused;
  return {
    xid: `10000000-0000-4000-8000-00000000000${String(at)}`,
    repository,
    state: refused ? 'REFUSED' : state,
    status: refused ? 'REFUSED' : here ? 'ANSWERED' : null,
    refusal: refused ? told.budgetSpent : null,
    answer: here ? told.answerOf(template, at + 1) : null,
    left: here ? '19/200' : null,
    e: here ? `${String(at)}f3a`.repeat(16) : null,
    anchors: {
      own: !refused && past >= 4 ? { seq: 12, height: 431 } : null,
      owner: !refused && past >= 5 ? { seq: 7 } : null,
    },
  };
}

if (require.main === module)
  void standIn(join(__dirname, '../../dist/console')).then(({ exchange, desk, code }) => {
    process.stdout.write(`${exchange}/#desk=${encodeURIComponent(desk)}&code=${code}\n`);
  });
