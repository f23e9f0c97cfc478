// What a confidential question costs: every part is paid with the sum that it is in, and for any other end nobody pays anything.
import { Refusal } from '../../src/domain/refusals';
import { templateId } from '../../src/domain/templates';
import { currency, plan, shareRule, terms } from '../../src/launch/stories/market-plans';
import { holdingRight, listProduct } from '../../src/launch/stories/products';
import { ledgerOf } from '../../src/sdk/ledger';
import { Market, type OrderEntry } from '../../src/sdk/market';
import { ConfidentialPart } from '../../src/exchange/confidential/entities';
import {
  AUDITOR,
  line,
  NODES,
  OPERATOR,
  openWorld,
  OWNERS,
  repositoryOf,
  SEARCHER,
  template,
  type World,
} from './confidential.world';

jest.setTimeout(300_000);
const owners = OWNERS.slice(0, 3);
const original = globalThis.fetch;
/** Calls that find nobody. */
let deaf: ((url: URL) => boolean) | undefined;
let world: World;
let buyer: Market;
let products: readonly string[];

const marketOf = async (who: string): Promise<Market> => new Market(await world.clientOf(who), await world.keys(who));

beforeAll(async () => {
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    return deaf?.(url) === true ? Promise.reject(new TypeError('fetch failed')) : original(input, init);
  };
  world = await openWorld(3_000, { priced: [template] });
  products = await Promise.all(OWNERS.map((owner) => listed(owner)));
  buyer = await marketOf(SEARCHER);
  const money = { amount: '100.00', currency };
  await (await marketOf(OPERATOR)).recordPayment({ id: 'first', buyer: SEARCHER, money });
});
afterEach(async () => {
  deaf = undefined;
  const { items } = await buyer.balance();
  expect(items.find(({ account }) => account.startsWith('buyer.held'))?.minor ?? '0').toBe('0');
  const audited = await (await marketOf(AUDITOR)).books();
  expect(audited.zero).toBe(true);
});
afterAll(async () => {
  globalThis.fetch = original;
  await world.close();
});

async function listed(owner: string): Promise<string> {
  const [market, keys] = [await marketOf(owner), await world.keys(owner)];
  const ledger = ledgerOf({}, world.url, keys, () => Date.now());
  await holdingRight(market, ledger, { owner, repository: repositoryOf(owner) });
  const price = plan('per-use', terms['per-use'] ?? {});
  const ware = { repository: repositoryOf(owner), template: templateId(template), purpose: 'research' };
  return listProduct(market, { name: 'sums', ...ware, plan: price, shareRule });
}

const asking = (minDays: number, paid: readonly string[], of = template) => ({
  template: templateId(of),
  repositories: owners.map(repositoryOf),
  parameters: of === template ? { minDays } : {},
  purpose: 'research',
  mode: 'shares' as const,
  nodes: NODES,
  products: paid,
});

const available = async (): Promise<bigint> => {
  const { items } = await buyer.balance();
  return BigInt(items.find(({ account }) => account.startsWith('buyer.available'))?.minor ?? '0');
};

/** The orders once the exchange has settled them: an answer may be read a moment before. */
async function settled(xids: readonly string[]): Promise<readonly OrderEntry[]> {
  for (;;) {
    const orders = await Promise.all(xids.map((xid) => buyer.oneOrder(xid)));
    if (orders.every(({ outcome }) => outcome !== null)) return orders;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

test('three parts, three prices: held before the question leaves, captured with the sum, and shared out by each owner’s rule', async () => {
  const before = await available();
  const { group, xids } = await world.confidential.begin(asking(0, products.slice(0, 3)));
  const held = before - (await available());
  expect(held).toBeGreaterThan(0n);
  await world.confidential.settle(group);
  const orders = await settled(xids);
  expect(orders.map(({ outcome, held: price, captured }) => [outcome, captured === price])).toEqual(
    orders.map(() => ['answered', true]),
  );
  expect(before - (await available())).toBe(held);
  for (const [at, owner] of owners.entries()) {
    const { lines } = await (await marketOf(owner)).statement();
    expect(lines.filter(({ subject }) => subject === xids[at])).not.toHaveLength(0);
  }
});

test.each([
  ['before any data end was asked', (url: URL) => url.pathname === '/v1/node', 'refused-before-data', 1, 3_000],
  ['after all had contributed', (url: URL) => url.pathname === '/v1/computations', 'failed-after-data', 2, 60_000],
])(
  'a node is lost %s: nothing was released, every price is given back',
  async (_, lost, outcome, minDays, withinMs) => {
    const before = await available();
    const { group, xids } = await world.confidential.begin({ ...asking(minDays, products.slice(0, 3)), withinMs });
    deaf = (url) => url.origin === world.endpoint('node-b') && lost(url);
    await expect(codeOf(world.confidential.settle(group))).resolves.toBe('NODE_DOWN');
    const orders = await settled(xids);
    expect(orders.map((order) => [order.outcome, order.captured])).toEqual(orders.map(() => [outcome, '0']));
    expect(await available()).toBe(before);
  },
);

test('a repository that drops out is not paid; the others are', async () => {
  const before = await available();
  const lost = OWNERS[3];
  await world.dataEnds.get(lost)?.stop();
  const repositories = OWNERS.map(repositoryOf);
  const { group, xids } = await world.confidential.begin({ ...asking(3, products), repositories, withinMs: 8_000 });
  const answer = await world.confidential.settle(group);
  await world.startOwner(lost);
  expect(answer.repositories.filter(({ state }) => state === 'CONTRIBUTED')).toHaveLength(3);
  const orders = await settled(xids);
  expect(orders.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered', 'refused-before-data']);
  expect(before - (await available())).toBe(orders.reduce((sum, { captured }) => sum + BigInt(captured ?? 0), 0n));
});

test('under a priced permit nothing runs unpaid: not through the exchange, and not straight at a data end', async () => {
  const parts = () => world.exchange.running.database.manager.count(ConfidentialPart);
  const before = await parts();
  await expect(codeOf(world.confidential.askConfidentially(asking(4, [])))).resolves.toBe('ORDER_MISSING');
  expect(await parts()).toBe(before);
  const { group, xids } = await world.confidential.begin(asking(5, products.slice(0, 3)));
  const record = world.confidential.record(group);
  const [request] = record?.requests ?? [];
  const direct = await world.clientOf(SEARCHER, world.endpoint(owners[0] ?? ''));
  const nodeKeys = await Promise.all(NODES.map((node) => nodeKey(node)));
  const order = {
    question: record?.question,
    request: { bytes: request?.bytes, statement: request?.statement },
    nodeKeys,
  };
  const reply = await direct.json<{ answer: { bytes: string }; contribution?: unknown }>('/v1/contributions', {
    json: order,
  });
  expect(reply.contribution).toBeUndefined();
  expect(Buffer.from(reply.answer.bytes, 'base64url').toString()).toContain('"PERMIT_PRICED"');
  await Promise.all(xids.map((xid) => buyer.withdrawOrder(xid)));
});

test('what needs no payment still goes without, and a product of somebody else is refused before anything is held', async () => {
  const answer = await world.confidential.askConfidentially(asking(0, [], line));
  expect(answer.repositories).toHaveLength(3);
  const before = await available();
  await expect(codeOf(world.confidential.begin(asking(6, products)))).resolves.toBe('PRODUCT_OTHER_REPOSITORY');
  expect(await available()).toBe(before);
});

async function nodeKey(node: string): Promise<string> {
  const client = await world.clientOf(OPERATOR, world.endpoint(node));
  return (await client.json<{ hpkeKey: string }>('/v1/node', { open: true })).hpkeKey;
}
