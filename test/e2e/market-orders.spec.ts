// A paid question from price to books on a real PostgreSQL: held before it is queued, captured once, void when nothing was touched.
import { newId } from '../../src/platform/clock';
import { signWebhook } from '../../src/domain/market/payments';
import { canonicalBytes } from '../../src/domain/canonical';
import { ledgerKeys } from '../../src/domain/ledger';
import { orderOf } from '../../src/exchange/market/orders/order';
import {
  answered,
  asked,
  balance,
  bought,
  codeOf,
  listed,
  mustClose,
  openStage,
  perUse,
  planOf,
  productDocument,
  SECRET,
  send,
  type Stage,
  START,
  topUp,
} from './market-stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await listed(stage, 'incomes', perUse);
  await topUp(stage, 'city-planner', '100.00');
});
afterAll(() => stage.stop());
afterEach(() => mustClose(stage));

const reserve = async (buyer = 'city-planner', minAge = 30) => {
  const quoted = await stage.quotes.quote(asked('incomes', minAge), buyer);
  const xid = newId();
  await stage.placing.place(xid, quoted.id, buyer);
  return { quoted, xid };
};

test('money is held at the order, captured with the answer, and split by the rule into lines that sum to the price', async () => {
  const before = BigInt(await balance(stage, 'buyer.available/city-planner'));
  const { quoted, xid } = await reserve();
  expect(quoted).toMatchObject({ total: 200n, hold: 200n, rho: '1/200' });
  expect(await balance(stage, 'buyer.held/city-planner')).toBe('200');
  await send(stage, xid, 'city-planner');
  await answered(stage, xid, { cells: [{ people: 10 }] });
  await stage.paid.settle(xid);
  await stage.paid.settle(xid); // A second settlement changes nothing.
  expect(await orderOf(stage.database.manager, xid)).toMatchObject({
    state: 'POSTED',
    outcome: 'answered',
    captured: 200n,
  });
  expect(BigInt(await balance(stage, 'buyer.available/city-planner'))).toBe(before - 200n);
  const lines = (await stage.database.query(
    'SELECT why, account, minor FROM market_payouts WHERE subject = $1 ORDER BY place',
    [xid],
  )) as {
    minor: string;
  }[];
  expect(lines).toMatchObject([
    { why: 'tax', minor: '12' },
    { why: 'platform-fee', minor: '9' },
    { why: 'privacy-compensation', account: 'privacy.compensation/north-district', minor: '1' },
    { why: 'holding', account: 'owner.payable/north-district' },
    { why: 'processing', account: 'owner.payable/data-works' },
  ]);
  expect(lines.reduce((sum, { minor }) => sum + BigInt(minor), 0n)).toBe(200n);
});

test('agreement and settlement reach the ledger once, the settlement after its receipt is final', async () => {
  const { xid, order } = await bought(stage, 'incomes', 'city-planner', 40);
  await stage.sweeper.sweep();
  expect(await stage.ledger.read(ledgerKeys.agreement(order.agreement))).toMatchObject({
    value: { parties: ['north-district', 'city-planner'] },
  });
  expect(await stage.ledger.read(ledgerKeys.settlement(xid))).toBeUndefined();
  await stage.database.query(`UPDATE relayed_exchanges SET state = 'FINAL' WHERE xid = $1`, [xid]);
  await stage.sweeper.sweep();
  expect(await stage.ledger.read(ledgerKeys.settlement(xid))).toMatchObject({ value: { agreement: order.agreement } });
});

test('before a question leaves, its listing and then its agreement stand on the ledger, whoever sends at the same time', async () => {
  await listed(stage, 'in-order', perUse);
  const quoted = await stage.quotes.quote(asked('in-order', 20), 'city-planner');
  const xid = newId();
  const { agreement } = await stage.placing.place(xid, quoted.id, 'city-planner');
  expect(await stage.ledger.read(ledgerKeys.agreement(agreement))).toBeUndefined();
  await Promise.all([stage.paid.agreed(xid), stage.sweeper.sweep(), stage.paid.agreed(xid)]);
  const written = (await stage.database.query(
    `SELECT id, state, height FROM ledger_outbox WHERE id LIKE 'market/1-listing/in-order/%' OR id = $1 ORDER BY id`,
    [`market/2-agreement/${agreement}`],
  )) as { state: string; height: number }[];
  expect(written).toMatchObject([{ state: 'COMMITTED' }, { state: 'COMMITTED' }]);
  expect(written[0]?.height).toBeLessThanOrEqual(written[1]?.height ?? 0);
  expect(await stage.ledger.read(ledgerKeys.agreement(agreement))).toBeDefined();
});

test('a stored answer to a repeated question costs nothing, whoever asks and however the quotes overlapped', async () => {
  await topUp(stage, 'health-bureau', '50.00');
  const [a, b] = [await reserve('city-planner', 50), await reserve('health-bureau', 50)];
  const body = { cells: [{ people: 77 }] };
  for (const [{ xid }, buyer] of [
    [a, 'city-planner'],
    [b, 'health-bureau'],
  ] as const) {
    await send(stage, xid, buyer, 50);
    await answered(stage, xid, body);
    await stage.paid.settle(xid);
  }
  expect(await orderOf(stage.database.manager, a.xid)).toMatchObject({ captured: 200n, repeated: false });
  expect(await orderOf(stage.database.manager, b.xid)).toMatchObject({ captured: 0n, repeated: true, state: 'POSTED' });
  const third = await stage.quotes.quote(asked('incomes', 50), 'health-bureau');
  expect(third).toMatchObject({ total: 0n, hold: 0n, rho: '0' });
  expect(await balance(stage, 'buyer.available/health-bureau')).toBe('5000');
});

test.each`
  said                    | state       | outcome
  ${'TEMPLATE_WITHDRAWN'} | ${'VOIDED'} | ${'refused-before-data'}
  ${'SOURCE_UNREACHABLE'} | ${'VOIDED'} | ${'refused-before-data'}
  ${'RUN_FAILED'}         | ${'VOIDED'} | ${'failed-after-data'}
`(
  'the data end refuses with $said: the money comes back, $outcome',
  async ({ said, state, outcome }: Record<string, string>) => {
    const before = await balance(stage, 'buyer.available/city-planner');
    const { xid } = await reserve('city-planner', 60);
    await send(stage, xid, 'city-planner', 60);
    await answered(stage, xid, { code: said ?? '' });
    await stage.paid.settle(xid);
    expect(await orderOf(stage.database.manager, xid)).toMatchObject({ state, outcome, captured: 0n, reason: said });
    expect(await balance(stage, 'buyer.available/city-planner')).toBe(before);
  },
);

test('a crash after the answer came is mended by the sweeper, and one before the question was sent by the clock', async () => {
  const answeredOne = await reserve('city-planner', 70);
  await send(stage, answeredOne.xid, 'city-planner', 70);
  await answered(stage, answeredOne.xid, { cells: [1] });
  const silent = await reserve('city-planner', 80);
  await stage.sweeper.sweep();
  expect(await orderOf(stage.database.manager, answeredOne.xid)).toMatchObject({ state: 'POSTED' });
  expect(await orderOf(stage.database.manager, silent.xid)).toMatchObject({ state: 'RESERVED' });
  stage.clock.at += 16 * 60_000;
  await stage.sweeper.sweep();
  expect(await orderOf(stage.database.manager, silent.xid)).toMatchObject({ state: 'EXPIRED', captured: 0n });
  expect(await codeOf(() => send(stage, silent.xid, 'city-planner', 80))).toBe('ORDER_ENDED');
});

test('a question lost while running gives the money back, and its late answer cannot come in', async () => {
  const { xid } = await reserve('city-planner', 20);
  await send(stage, xid, 'city-planner', 20);
  stage.clock.at += 16 * 60_000;
  await stage.sweeper.sweep();
  expect(await orderOf(stage.database.manager, xid)).toMatchObject({
    state: 'EXPIRED',
    outcome: 'expired-while-running',
  });
  expect(await stage.database.query('SELECT state, refusal FROM relayed_exchanges WHERE xid = $1', [xid])).toEqual([
    { state: 'UNDELIVERABLE', refusal: 'ORDER_ENDED' },
  ]);
});

describe('no money moves on bad input', () => {
  let before: string;
  beforeEach(async () => {
    before = await balance(stage, 'buyer.available/city-planner');
  });
  afterEach(async () => expect(await balance(stage, 'buyer.available/city-planner')).toBe(before));

  test('a stale quote, a foreign one, an unknown one, a used one', async () => {
    const quoted = await stage.quotes.quote(asked('incomes', 30), 'health-bureau');
    expect(await codeOf(() => stage.placing.place(newId(), quoted.id, 'city-planner'))).toBe('QUOTE_FOREIGN');
    expect(await codeOf(() => stage.placing.place(newId(), `sha256:${'0'.repeat(64)}`, 'city-planner'))).toBe(
      'QUOTE_UNKNOWN',
    );
    const own = await stage.quotes.quote(asked('incomes', 30), 'city-planner');
    stage.clock.at += 601_000;
    expect(await codeOf(() => stage.placing.place(newId(), own.id, 'city-planner'))).toBe('QUOTE_STALE');
    const free = await stage.quotes.quote(asked('incomes', 50), 'city-planner');
    const xid = newId();
    await stage.placing.place(xid, free.id, 'city-planner');
    expect(await codeOf(() => stage.placing.place(newId(), free.id, 'city-planner'))).toBe('QUOTE_USED');
    expect(await codeOf(() => stage.placing.place(xid, quoted.id, 'city-planner'))).toBe('ORDER_OTHER');
  });

  test('a question without an order, another question than the quoted one, another searcher', async () => {
    expect(await codeOf(() => send(stage, newId(), 'city-planner'))).toBe('ORDER_MISSING');
    const quoted = await stage.quotes.quote(asked('incomes', 50), 'city-planner');
    const xid = newId();
    await stage.placing.place(xid, quoted.id, 'city-planner');
    expect(await codeOf(() => send(stage, xid, 'city-planner', 60))).toBe('QUOTE_OTHER_QUESTION');
    expect(await codeOf(() => send(stage, xid, 'health-bureau', 50))).toBe('QUOTE_FOREIGN');
  });

  test('an empty account, a withdrawn product, a product of one’s own', async () => {
    const poor = await stage.quotes.quote(asked('incomes', 20), 'data-works');
    expect(await codeOf(() => stage.placing.place(newId(), poor.id, 'data-works'))).toBe('BALANCE_TOO_LOW');
    await listed(stage, 'short-lived', perUse);
    const quoted = await stage.quotes.quote(asked('short-lived', 20), 'city-planner');
    await stage.products.move('short-lived', 'WITHDRAWN', 'north-district');
    expect(await codeOf(() => stage.placing.place(newId(), quoted.id, 'city-planner'))).toBe('ORDER_AFTER_WITHDRAWAL');
    expect(await codeOf(() => stage.quotes.quote(asked('short-lived', 20), 'city-planner'))).toBe(
      'ORDER_AFTER_WITHDRAWAL',
    );
    expect(await codeOf(() => stage.quotes.quote(asked('incomes', 20), 'north-district'))).toBe('OWN_PRODUCT');
  });

  test('a sale without the right, an exploitable menu with its attack, bad rates, a second version out of turn', async () => {
    expect(await codeOf(() => stage.products.register(productDocument('stolen'), 'south-district'))).toBe(
      'SALE_WITHOUT_RIGHT',
    );
    const menu = planOf('menu', {
      model: 'per-use',
      price: {
        menu: [
          { x: '1', minor: '10' },
          { x: '2', minor: '90' },
        ],
      },
    });
    await stage.products.register(productDocument('gamed'), 'north-district');
    await expect(stage.products.price('gamed', menu, 'north-district')).rejects.toMatchObject({
      code: 'MENU_EXPLOITABLE',
      details: { target: 1, buy: ['2 x item 0'], cost: '20', saved: '70' },
    });
    const rated = (rate: string) => planOf('rated', { model: 'tiers', scheme: { by: 'flat', rate }, minimum: '0' });
    for (const [rate, code] of [
      ['-1', 'RATE_NEGATIVE'],
      ['0.1234567890123', 'RATE_TOO_PRECISE'],
      ['1e3', 'PLAN_UNREADABLE'],
    ] as const)
      expect(await codeOf(() => stage.products.price('gamed', rated(rate), 'north-district'))).toBe(code);
    expect(await codeOf(() => stage.products.price('gamed', { ...perUse, version: 3 }, 'north-district'))).toBe(
      'PLAN_VERSION',
    );
    expect(await codeOf(() => stage.products.price('gamed', perUse, 'south-district'))).toBe('NOT_YOURS');
    await expect(stage.products.list('gamed', 'north-district')).rejects.toMatchObject({
      code: 'NOT_COMPLIANT',
      details: { checks: ['price-plan-sound'] },
    });
  });
});

test('a payment is recorded once: twice by an operator, twice by a signed message, never with a bad signature', async () => {
  const money = { amount: '12.34', currency: 'CNY' };
  const payment = { id: 'bank-1', buyer: 'data-works', money };
  expect(await stage.payments.record(payment, 'operator', 'operator')).toEqual({ id: 'bank-1', recorded: true });
  expect(await stage.payments.record(payment, 'webhook', 'provider')).toEqual({ id: 'bank-1', recorded: false });
  expect(await balance(stage, 'buyer.available/data-works')).toBe('1234');
  const other = { ...payment, money: { amount: '99.00', currency: 'CNY' } };
  expect(await codeOf(() => stage.payments.record(other, 'operator', 'operator'))).toBe('PAYMENT_OTHER');
  const body = canonicalBytes(payment);
  const now = stage.clock.at;
  expect(() => stage.payments.webhook(signWebhook(body, now, SECRET), body)).not.toThrow();
  expect(() => stage.payments.webhook(signWebhook(body, now, new Uint8Array(8)), body)).toThrow('WEBHOOK_SIGNATURE');
  expect(() => stage.payments.webhook(signWebhook(body, now - 600_000, SECRET), body)).toThrow('WEBHOOK_OLD');
  expect(
    await codeOf(() =>
      stage.payments.record({ ...payment, id: 'x', money: { amount: '1.234', currency: 'CNY' } }, 'operator', 'o'),
    ),
  ).toBe('AMOUNT_UNREADABLE');
});

test('a trader finds a product by template, with its price, checks, and price against width, before buying', async () => {
  const { template } = asked('incomes');
  const found = await stage.products.find({ template, repository: 'north-residents' });
  expect(found.map(({ id }) => id)).toContain('incomes');
  expect(await stage.products.find({ template: `sha256:${'0'.repeat(64)}` })).toEqual([]);
  expect(await stage.products.one('incomes')).toMatchObject({ runsLeft: null, planDocument: { currency: 'CNY' } });
  const { points } = await stage.products.curve('incomes', '1', ['1/200', '1/50', '1']);
  expect(points).toMatchObject([{ minor: '200' }, { minor: '500' }, { minor: '20100' }]);
  expect(points.map(({ halfWidth }) => Number(halfWidth))).toEqual(
    [...points.map(({ halfWidth }) => Number(halfWidth))].sort((a, b) => b - a),
  );
  expect(await stage.products.checks('incomes')).toMatchObject({ listable: true });
});

test('of a hundred buyers of the last unit exactly one wins, and nobody else pays', async () => {
  await listed(stage, 'last-one', perUse, { runs: '1' });
  const buyers = Array.from({ length: 100 }, (_, index) => `buyer-${String(index)}`);
  for (const buyer of buyers) {
    await stage.database.query(
      `INSERT INTO participants (id, name, organisation, roles, state, token_key, receipt_certificate, ledger_certificate, application, applied_at)
       VALUES ($1, '{}', $1, '["searcher"]', 'registered', '{}', '', '', 'a', now())`,
      [buyer],
    );
    await topUp(stage, buyer, '10.00');
  }
  const quotes = await Promise.all(buyers.map((buyer) => stage.quotes.quote(asked('last-one', 80), buyer)));
  const outcomes = await Promise.all(
    quotes.map((quoted) => codeOf(() => stage.placing.place(newId(), quoted.id, quoted.buyer))),
  );
  expect(outcomes.filter((outcome) => outcome.startsWith('no refusal'))).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'RUNS_SPENT')).toHaveLength(99);
  const [held] = await stage.database.query(
    `SELECT sum(minor)::text AS sum FROM market_balances WHERE account LIKE 'buyer.held/buyer-%'`,
  );
  expect(held).toEqual({ sum: '200' });
});

test('journal and postings cannot be changed, and an entry that is not zero cannot be committed', async () => {
  await expect(stage.database.query('UPDATE market_postings SET minor = 1')).rejects.toThrow('insert-only');
  await expect(stage.database.query('DELETE FROM market_journal')).rejects.toThrow('insert-only');
  const forged = stage.database.transaction(async (tx) => {
    await tx.query(`INSERT INTO market_journal (id, at, reason, subject) VALUES ('forged', 0, 'x', 'x')`);
    await tx.query(
      `INSERT INTO market_postings (entry, place, account, currency, minor) VALUES ('forged', 0, 'tax', 'CNY', 5)`,
    );
  });
  await expect(forged).rejects.toThrow('does not sum to zero');
});

test('reconciliation names a receipt or a reason for every posting', async () => {
  await stage.database.query(`UPDATE relayed_exchanges SET state = 'FINAL' WHERE state = 'ANSWERED'`);
  const { unexplained, items } = await stage.evidence.reconciliation();
  expect(unexplained).toEqual([]);
  expect(items.every(({ receipt, because }) => receipt === 'FINAL' || because !== null)).toBe(true);
  expect(START).toBeGreaterThan(0);
});
