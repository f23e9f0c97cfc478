// Through the exchange or straight to the data end; who may enter where; and what a crash leaves.
import type { OpenAPIObject } from '@nestjs/swagger';
import { canonicalBytes, hex } from '../../src/domain/canonical';
import { commonHash } from '../../src/domain/receipts';
import { templateId } from '../../src/domain/templates';
import { describeApi } from '../../src/exchange/application';
import type { Office } from '../../src/sdk/office';
import { bare, HandCaller, type Poke } from '../support/caller';
import { adopted } from '../support/town-rows';
import { asking, openTown, type Town } from '../support/town';

jest.setTimeout(180_000);
let town: Town;
let relayed: Office;
let straight: Office;
beforeAll(async () => {
  town = await openTown();
  relayed = town.office('planner');
  straight = town.office('rival', { direct: true });
});
afterAll(() => town.stop());

/** What anyone may call without a token; a new open route must be written down here. */
const openAtExchange = [
  /^GET \/v1\/(participants|elements|repositories|templates)(\/\{id\})?$/,
  /^POST \/v1\/participants$/,
  /^POST \/v1\/templates\/\{id\}\/preview$/,
  /^(GET|POST) \/v1\/ledger\//,
  /^GET \/v1\/market\/(products(\/\{id\}(\/curve|\/compliance)?)?|plan-schema|rights\/\{repository\}|auctions(\/\{id\})?)$/,
  /^POST \/v1\/market\/payments\/webhook$/,
  /^GET \/v1\/confidential\/nodes$/,
];
interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
}
const routesOf = (document: OpenAPIObject): Route[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'delete'] as const)
      .filter((method) => item[method] !== undefined)
      .map((method) => ({ method: method.toUpperCase() as Route['method'], path })),
  );
const isOpen = ({ method, path }: Route) => openAtExchange.some((one) => one.test(`${method} ${path}`));
const filled = (path: string, ids: Readonly<Record<string, string>>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'nobody');
const poke = ({ method }: Route, body = '{}'): Poke => ({
  method,
  ...(method === 'GET' || method === 'DELETE' ? {} : { body }),
});

test('both ways give the same: one answer, one form of record, FINAL either way', async () => {
  const [through, direct] = [await relayed.ask(asking({ minAge: 16 })), await straight.ask(asking({ minAge: 16 }))];
  const bodies = [through, direct].map(({ answers }) =>
    Buffer.from(canonicalBytes(answers[0]?.body ?? null)).toString(),
  );
  expect(bodies[0]).toBe(bodies[1]);
  for (const office of [relayed, straight]) {
    for (let tries = 0; tries < 150 && office.book.all().some(({ owner }) => owner === undefined); tries += 1) {
      await office.advance();
      await new Promise((done) => setTimeout(done, 100));
    }
    const [record] = office.book.all();
    const [row] = await town
      .dataEnd('north')
      .database.query<object[]>('SELECT e, state FROM exchanges WHERE xid = $1', [record?.xid]);
    const e = hex(commonHash(record?.request.bytes ?? new Uint8Array(), record?.answer?.bytes ?? new Uint8Array()));
    expect(row).toEqual({ e, state: 'FINAL' });
  }
});

test('a message may change its way: sent to the exchange, sent again to the data end, it is one record with one answer', async () => {
  const { xids } = await relayed.begin(asking({ minAge: 18 }));
  const xid = xids[0] ?? '';
  await relayed.searcher.settle(xid);
  const { request, answer } = relayed.book.one(xid);
  const client = town.client('planner', town.dataEndUrl('north'));
  const again = await client.send('/v1/exchanges', {
    bytes: request.bytes,
    headers: { 'dx-signature': request.statement },
  });
  expect(again.headers.get('dx-signature')).toBe(answer?.statement);
  expect(Buffer.from(await again.arrayBuffer()).equals(Buffer.from(answer?.bytes ?? []))).toBe(true);
});

test('deny by default: without a token every route says 401, except those written down as open', async () => {
  const exchange = routesOf(describeApi(town.exchange.app));
  expect(exchange.length).toBeGreaterThan(30);
  const let_in: string[] = [];
  for (const route of exchange) {
    const { status } = await bare(town.url, filled(route.path, {}), poke(route));
    if (!isOpen(route) && status !== 401) let_in.push(`${route.method} ${route.path} ${String(status)}`);
    if (isOpen(route) && status === 401 && !route.path.endsWith('webhook')) let_in.push(`${route.path} is not open`);
  }
  const end = routesOf(describeApi(town.dataEnd('north').app));
  expect(end.length).toBeGreaterThan(10);
  for (const route of end) {
    const { status } = await bare(town.dataEndUrl('north'), filled(route.path, {}), poke(route));
    if (status !== 401) let_in.push(`data end ${route.method} ${route.path} ${String(status)}`);
  }
  expect(let_in).toEqual([]);
});

test('another searcher cannot read my exchange: every closed route with my ids, its token: refused, and nothing of mine in any body', async () => {
  const record = relayed.book.all()[0];
  if (record?.answer === undefined) throw new Error('nothing was asked');
  const e = hex(commonHash(record.request.bytes, record.answer.bytes));
  const own = straight.book.all()[0]?.xid ?? '';
  const ids = {
    xid: record.xid,
    e,
    permit: 'north-trips.planner',
    id: record.xid,
    repository: 'north-trips',
    template: templateId(adopted),
  };
  const secrets = [record.xid, e, 'north-trips.planner', record.answer.statement.slice(-60)];
  const bodies: Record<string, string> = { ack: '{"ack":"x.y.z"}', proof: '{"seq":1,"index":0,"inclusion":[]}' };
  const odd: string[] = [];
  for (const [server, app] of [
    [town.url, town.exchange.app],
    [town.dataEndUrl('north'), town.dataEnd('north').app],
  ] as const) {
    const caller = new HandCaller(town.url, server, town.keys('rival'));
    for (const route of routesOf(describeApi(app))) {
      if ((server === town.url && isOpen(route)) || route.path.startsWith('/owner')) continue;
      const path = filled(route.path, ids);
      const answer = await caller.call(path, poke(route, bodies[path.split('/').pop() ?? '']));
      const mine = /\{(xid|e|permit)\}/.test(route.path);
      const name = `${route.method} ${route.path} ${String(answer.status)}`;
      if (answer.status >= 500) odd.push(name);
      if (mine && ![401, 403, 404].includes(answer.status)) odd.push(name);
      if (answer.status < 300 && secrets.some((secret) => answer.text.includes(secret))) odd.push(`${name} tells`);
    }
    // Its own record, my leaf: still no proof.
    const path = server === town.url ? `/v1/exchanges/${own}/proof/${e}` : `/v1/exchanges/proofs/${e}`;
    expect([403, 404]).toContain((await caller.call(path)).status);
  }
  expect(odd).toEqual([]);
});

test('a data end killed while its source runs keeps the cost, answers what it had answered, and repeats its refusal', async () => {
  const client = () => town.client('planner', town.dataEndUrl('north'));
  const send = async (xid: string) => {
    const { bytes, statement } = relayed.book.one(xid).request;
    return (await client().send('/v1/exchanges', { bytes, headers: { 'dx-signature': statement } })).text();
  };
  const [before] = (await relayed.begin(asking({ minAge: 30 }))).xids;
  const answered = await send(before ?? '');
  const spent = async () => (await town.accounts('north')).find(({ id }) => id === 'searcher/north-trips/planner');
  const paid = await spent();
  let begun: () => void = () => undefined;
  const running = new Promise<void>((done) => (begun = done));
  town.seams.north.run = () => () => {
    begun();
    return new Promise(() => undefined);
  };
  const [xid] = (await relayed.begin(asking({ minAge: 32 }))).xids;
  const lost = send(xid ?? '').catch(() => 'lost');
  await running;
  expect((await spent())?.held).toBe('1/200');
  await town.restart('north');
  town.seams.north.run = undefined;
  const after = await spent();
  expect(after?.held).toBe('0');
  expect(after?.spent).not.toBe(paid?.spent);
  expect(await send(xid ?? '')).toContain('RUN_FAILED');
  expect(await send(before ?? '')).toBe(answered);
  expect(await spent()).toEqual(after);
  expect(await lost).toMatch(/lost|RUN_FAILED/);
  // The same question under a new id is a new question, and is paid for once more.
  const [anew] = (await relayed.begin(asking({ minAge: 32 }))).xids;
  expect(await send(anew ?? '')).toContain('"status":"ANSWERED"');
});
