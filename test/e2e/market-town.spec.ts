// The market over its real doors: tokens, routes, broker, two data ends over real rows; the story that npm run story -- market tells.
import { RemoteLedger } from '../../src/adapters/ledger/remote';
import { templateId } from '../../src/domain/templates';
import { run, type MarketContext } from '../../src/launch/stories/market';
import { plan, shareRule } from '../../src/launch/stories/market-plans';
import { holdingRight, listProduct } from '../../src/launch/stories/products';
import { Market, settledOrder } from '../../src/sdk/market';
import { Refusal } from '../../src/domain/refusals';
import type { Office } from '../../src/sdk/office';
import { asking, openTown, OPERATOR, type Town } from '../support/town';
import { adopted, purposes } from '../support/town-rows';

let town: Town;
let office: Office;
const lines: string[] = [];
beforeAll(async () => {
  town = await openTown();
  const caps = { capPerSearcher: '4', capPerRepository: '8' };
  await Promise.all((['north', 'south'] as const).map((owner) => town.offer(owner, `${owner}-market`, caps)));
  office = town.office('planner');
}, 120_000);
afterAll(() => town.stop());

const bindings = [undefined, ...purposes].flatMap((purpose) =>
  Array.from({ length: 31 }, (_, step) => ({ minAge: step * 2, ...(purpose === undefined ? {} : { purpose }) })),
);

const place = (owner: 'north' | 'south') => ({
  owner,
  repository: `${owner}-market`,
  template: templateId(adopted),
  permit: `${owner}-market.planner`,
});

const context = (): MarketContext => ({
  client: (who) => town.client(who),
  keys: (who) => town.keys(who),
  ledger: new RemoteLedger({ base: town.url }),
  searcher: office.searcher,
  advance: () => office.advance(),
  parts: {
    operator: OPERATOR,
    buyer: 'planner',
    rival: 'rival',
    auditor: 'auditor',
    appraiser: 'reviewer-one',
  },
  first: place('north'),
  second: place('south'),
  purpose: 'research',
  parameters: (index) => bindings[index] ?? {},
  say: (line) => lines.push(line),
  table: (head, rows) => lines.push(...[head, ...rows].map((row) => row.join(' | '))),
});

test('by every model a question is sold and really answered; books, receipts, invoice and statement agree', async () => {
  const outcome = await run(context()).catch((error: unknown) => {
    process.stdout.write(
      `${lines.join('\n')}\n${town.log.filter((line) => line.includes('"bug"')).join('')}${error instanceof Refusal ? JSON.stringify([error.code, error.details]) : ''}\n`,
    );
    throw error;
  });
  expect(outcome.sold.every(({ status }) => status === 'ANSWERED')).toBe(true);
  expect(outcome.sold.length).toBeGreaterThanOrEqual(24);
  expect(outcome).toMatchObject({ zero: true, unexplained: [], invoice: expect.stringMatching(/^\d{4}-000001$/) });
  expect(outcome.statementLines).toBeGreaterThan(10);
}, 180_000);

test('every answered order has its certificate: the ledger evidence of all its steps, in order', async () => {
  const market = new Market(town.client('planner'), town.keys('planner'));
  const { items } = await market.orders();
  const posted = items.filter(({ state }) => state === 'POSTED');
  expect(posted.length).toBeGreaterThanOrEqual(24);
  for (const { id } of posted) {
    let found = (await market.certificate(id)) as { missing: string[] };
    for (let look = 0; look < 60 && found.missing.length > 0; look += 1) {
      await new Promise((done) => setTimeout(done, 250));
      found = (await market.certificate(id)) as { missing: string[] };
    }
    expect(found).toMatchObject({ missing: [], certificate: { order: id } });
  }
}, 120_000);

test('under a priced permit a question comes through the exchange with its money held, or not at all', async () => {
  await town.offer('north', 'north-priced', {}, []);
  await town.permit('north', 'north-priced', 'rival', { priced: true });
  const question = { ...asking({ minAge: 18 }), repositories: ['north-priced'] };
  const rows = async () =>
    (await town.dataEnd('north').database.query<object[]>(`SELECT 1 FROM exchanges WHERE searcher = 'rival'`)).length;
  const before = await rows();
  const [straight, relayed] = [town.office('rival', { direct: true }), town.office('rival')];
  await expect(straight.ask(question)).rejects.toMatchObject({ code: 'PERMIT_PRICED' });
  await expect(relayed.ask(question)).rejects.toMatchObject({ code: 'ORDER_MISSING' });
  expect(await rows()).toBe(before);

  const owner = new Market(town.client('north'), town.keys('north'));
  const ledger = new RemoteLedger({ base: town.url });
  await holdingRight(owner, ledger, { owner: 'north', repository: 'north-priced' });
  const { template, purpose, parameters } = question;
  const price = plan('priced', { model: 'per-use', price: { base: '1', rate: '0', family: { g: 'linear' } } });
  const wares = { name: 'priced', repository: 'north-priced', template, purpose, plan: price, shareRule };
  const product = await listProduct(owner, wares);
  const { xid } = await relayed.market.buy({ product, template, purpose, parameters } as never);
  expect((await relayed.searcher.settle(xid)).answer.status).toBe('ANSWERED');
  const order = await settledOrder(relayed.market.market, xid);
  expect(order).toMatchObject({ state: 'POSTED', captured: '100' });
}, 120_000);

test('a stranger sees no order, no invoice and no books of others', async () => {
  const rival = new Market(town.client('rival'), town.keys('rival'));
  const planner = new Market(town.client('planner'), town.keys('planner'));
  const [order] = (await planner.orders()).items;
  await expect(rival.oneOrder(order?.id ?? '')).rejects.toMatchObject({ code: 'ORDER_UNKNOWN' });
  await expect(rival.invoicePage('north', '2026-000001', 'en')).rejects.toMatchObject({ code: 'INVOICE_UNKNOWN' });
  await expect(rival.books()).rejects.toMatchObject({ code: 'ROLE_MISSING' });
  await expect(
    rival.recordPayment({ id: 'x', buyer: 'rival', money: { amount: '1.00', currency: 'CNY' } }),
  ).rejects.toMatchObject({ code: 'ROLE_MISSING' });
});
