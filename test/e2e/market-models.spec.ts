// Every pricing model sold on a real PostgreSQL: the right price, the right refusal, and books that close after each.
import { randomBytes } from 'node:crypto';
import { invoices as domainInvoices } from '../../src/domain/market';
import { commitment } from '../../src/domain/market/negotiation';
import { signJws } from '../../src/domain/identity';
import { newId } from '../../src/platform/clock';
import { Appraisals, APPRAISAL_TYPE } from '../../src/exchange/market/appraisals/appraisals.service';
import { Auctions } from '../../src/exchange/market/auctions/auctions.service';
import { Bargains } from '../../src/exchange/market/bargains/bargains.service';
import { Exports, journal, kinds } from '../../src/exchange/market/exports/exports';
import { Invoices } from '../../src/exchange/market/invoices/invoices.service';
import { Settling } from '../../src/exchange/market/orders/settling';
import { orderOf } from '../../src/exchange/market/orders/order';
import { Statements } from '../../src/exchange/market/statements/statements.service';
import { Subscriptions } from '../../src/exchange/market/subscriptions/subscriptions.service';
import { subscriptionOf } from '../../src/exchange/market/subscriptions/subscription';
import { value } from '../../src/exchange/market/valuation/calculators';
import { outlook } from '../../src/exchange/market/products/outlook';
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
  say,
  send,
  type Stage,
  topUp,
} from './market-stage';

const DAY = 86_400_000;
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await topUp(stage, 'city-planner', '5000.00');
  await topUp(stage, 'health-bureau', '5000.00');
});
afterAll(() => stage.stop());
afterEach(() => mustClose(stage));

const get = <T>(type: abstract new (...all: never[]) => T): T => stage.app.get(type as never);
const money = (amount: string, currency = 'CNY') => ({ amount, currency });
const price = { base: '1', rate: '200', family: { g: 'linear' } } as const;
let ages = 20;
/** A question nobody asked before: the next age of the template's steps at a fresh data version. */
const fresh = async () => {
  ages = ages === 80 ? 20 : ages + 10;
  if (ages === 20) {
    const [row] = (await stage.database.query('SELECT count(*)::int AS version FROM market_orders')) as {
      version: number;
    }[];
    for (const [repository, owner] of [
      ['north-residents', 'north-district'],
      ['south-residents', 'south-district'],
    ] as const)
      await say(stage, owner, {
        type: 'UpdateRepository',
        repository,
        metadata: 'a'.repeat(64),
        dataVersion: `v${String((row?.version ?? 0) + 2)}`,
      });
  }
  return ages;
};
const buy = async (product: string, buyer = 'city-planner') => bought(stage, product, buyer, await fresh());
const spend = async (act: () => Promise<unknown>, buyer = 'city-planner'): Promise<bigint> => {
  const before = BigInt(await balance(stage, `buyer.available/${buyer}`));
  await act();
  return before - BigInt(await balance(stage, `buyer.available/${buyer}`));
};

describe('subscriptions', () => {
  const fixed = (name: string, fee: string, version = 1) =>
    planOf(name, { model: 'subscription-fixed', interval: 'month', fee, rhoPerPeriod: '1/50' }, { version });

  test('fixed: a fee at the start, questions included until the period’s rho is spent, renewed and cancelled at its end', async () => {
    const subscriptions = get(Subscriptions);
    await listed(stage, 'monthly', fixed('monthly', '3000'));
    expect(await codeOf(() => stage.quotes.quote(asked('monthly'), 'city-planner'))).toBe('SUBSCRIPTION_MISSING');
    let id = '';
    const start = async () =>
      (id = (await subscriptions.start({ product: 'monthly', zone: 'Asia/Shanghai' }, 'city-planner', 'key-monthly'))
        .subscription);
    expect(await spend(start)).toBe(3000n);
    expect(await spend(start)).toBe(0n);
    expect(
      await codeOf(() => subscriptions.start({ product: 'monthly', zone: 'UTC' }, 'city-planner', 'key-monthly')),
    ).toBe('IDEMPOTENCY_REUSED');
    for (let run = 0; run < 4; run += 1) expect((await buy('monthly')).order.captured).toBe(0n);
    expect(await codeOf(async () => buy('monthly'))).toBe('RHO_SPENT');
    stage.clock.at += 32 * DAY;
    expect(await spend(() => stage.sweeper.sweep())).toBe(3000n);
    expect((await buy('monthly')).order.state).toBe('POSTED');
    await subscriptions.cancel(id, 'city-planner');
    expect((await buy('monthly')).order.state).toBe('POSTED');
    stage.clock.at += 32 * DAY;
    expect(await spend(() => stage.sweeper.sweep())).toBe(0n);
    expect(await subscriptionOf(stage.database.manager, id)).toMatchObject({ state: 'CANCELLED' });
    expect(await codeOf(() => subscriptions.cancel(id, 'city-planner'))).toBe('SUBSCRIPTION_MOVE');
  });

  test('an upgrade now credits the unused seconds at the price paid; a downgrade waits for the period’s end', async () => {
    const subscriptions = get(Subscriptions);
    await listed(stage, 'ladder', fixed('ladder', '3100'));
    const { subscription } = await subscriptions.start(
      { product: 'ladder', zone: 'UTC' },
      'city-planner',
      'key-ladder',
    );
    stage.clock.at += 15 * DAY;
    await stage.products.price('ladder', fixed('ladder', '6200', 2), 'north-district');
    const paid = await spend(() => subscriptions.change(subscription, 'city-planner', 'key-upgrade'));
    expect(paid).toBeGreaterThan(1300n);
    expect(paid).toBeLessThan(1700n);
    await stage.products.price('ladder', fixed('ladder', '1000', 3), 'north-district');
    expect(await spend(() => subscriptions.change(subscription, 'city-planner', 'key-downgrade'))).toBe(0n);
    stage.clock.at += 20 * DAY;
    expect(await spend(() => stage.sweeper.sweep())).toBe(1000n);
  });

  test('per use: included runs, then overage; what is left rolls over by the rule; no money means past due', async () => {
    const subscriptions = get(Subscriptions);
    const terms = {
      model: 'subscription-per-use',
      interval: 'month',
      fee: '500',
      included: '2',
      overage: '90',
      rollOver: { minimum: '0', maximum: '1' },
      rhoPerPeriod: '1',
    };
    await listed(stage, 'quota', planOf('quota', terms));
    const { subscription } = await subscriptions.start(
      { product: 'quota', zone: 'UTC' },
      'health-bureau',
      'key-quota-1',
    );
    const costs = [];
    for (let run = 0; run < 3; run += 1) costs.push((await buy('quota', 'health-bureau')).order.captured);
    expect(costs).toEqual([0n, 0n, 90n]);
    stage.clock.at += 32 * DAY;
    await stage.sweeper.sweep();
    expect((await buy('quota', 'health-bureau')).order.captured).toBe(0n);
    stage.clock.at += 32 * DAY;
    await stage.sweeper.sweep();
    const [period] = (await stage.database.query(
      'SELECT rolled_over FROM market_periods WHERE agreement = $1 ORDER BY index DESC LIMIT 1',
      [subscription],
    )) as { rolled_over: string }[];
    expect(period?.rolled_over).toBe('1');
  });

  test('two quotes for the last included run: the second is told that the price has moved, and pays nothing', async () => {
    const terms = {
      model: 'subscription-per-use',
      interval: 'month',
      fee: '100',
      included: '1',
      overage: '90',
      rollOver: { minimum: '0', maximum: '0' },
      rhoPerPeriod: '1',
    };
    await listed(stage, 'single', planOf('single', terms));
    await get(Subscriptions).start({ product: 'single', zone: 'UTC' }, 'city-planner', 'key-single-1');
    const a = await stage.quotes.quote(asked('single', await fresh()), 'city-planner');
    const b = await stage.quotes.quote(asked('single', await fresh()), 'city-planner');
    await stage.placing.place(newId(), a.id, 'city-planner');
    expect(
      await spend(async () =>
        expect(await codeOf(() => stage.placing.place(newId(), b.id, 'city-planner'))).toBe('QUOTE_MOVED'),
      ),
    ).toBe(0n);
  });
});

test('tiers: each run costs what it adds to the month, and the minimum is charged at the close', async () => {
  const tier = (upTo: string | null, rate: string) => ({ upTo, rate, fee: '0' });
  const terms = {
    model: 'tiers',
    scheme: { by: 'graduated', tiers: [tier('2', '3'), tier(null, '1')] },
    minimum: '1000',
  };
  await listed(stage, 'tiered', planOf('tiered', terms));
  const costs = [];
  for (let run = 0; run < 3; run += 1) costs.push((await buy('tiered')).order.captured);
  expect(costs).toEqual([300n, 300n, 100n]);
  stage.clock.at += 40 * DAY;
  expect(await spend(() => stage.sweeper.sweep())).toBeGreaterThanOrEqual(300n);
});

test('free: nothing is paid, agreement and quota still bind, and only verified organisations may', async () => {
  await listed(stage, 'gift', planOf('gift', { model: 'free', runsPerPeriod: '1', rhoPerPeriod: '1' }));
  expect((await buy('gift')).order).toMatchObject({ captured: 0n, state: 'POSTED' });
  expect(await codeOf(async () => buy('gift'))).toBe('RUNS_SPENT');
  await stage.database.query(`UPDATE participants SET state = 'applied' WHERE id = 'data-works'`);
  expect(await codeOf(async () => stage.quotes.quote(asked('gift', await fresh()), 'data-works'))).toBe(
    'FREE_NEEDS_VERIFIED',
  );
});

test('differential: the first matching segment, written on the line', async () => {
  const terms = {
    model: 'differential',
    segments: [
      { name: 'health', when: { credential: 'organisation:health-bureau' }, price: { ...price, base: '0.5' } },
    ],
    otherwise: price,
  };
  await listed(stage, 'segments', planOf('segments', terms));
  expect((await buy('segments')).quoted.lines).toMatchObject([{ what: 'run:otherwise', minor: 200n }]);
  expect((await buy('segments', 'health-bureau')).quoted.lines).toMatchObject([{ what: 'run:health', minor: 150n }]);
});

test('feedback: the maximum is held, the score decides, silence is neutral, one score an order', async () => {
  const terms = { model: 'feedback', base: '300', beta: '0.5', minimum: '200', maximum: '400', windowSeconds: 3600 };
  await listed(stage, 'scored', planOf('scored', terms));
  const settling = get(Settling);
  const first = await buy('scored');
  expect(first.order).toMatchObject({ state: 'RUNNING', held: 400n });
  expect(await codeOf(() => settling.score(first.xid, '1.5', 'city-planner'))).toBe('SCORE_OUTSIDE');
  expect(await settling.score(first.xid, '1', 'city-planner')).toMatchObject({ state: 'POSTED', captured: 375n });
  expect(await codeOf(() => settling.score(first.xid, '0', 'city-planner'))).toBe('SCORE_TWICE');
  const silent = await buy('scored');
  stage.clock.at += 3_601_000;
  await stage.sweeper.sweep();
  expect(await orderOf(stage.database.manager, silent.xid)).toMatchObject({ state: 'POSTED', captured: 300n });
});

test('bundle: one fee for two products, shared by stand-alone price between their owners', async () => {
  await listed(stage, 'north', perUse);
  await listed(stage, 'south', perUse, { repository: 'south-residents' });
  const members = [
    { product: 'north', standAlone: '3000' },
    { product: 'south', standAlone: '1000' },
  ];
  const bundle = (fee: string) => planOf('both', { model: 'bundle', interval: 'month', members, fee, parts: [] });
  await expect(listed(stage, 'too-dear', bundle('5000'))).rejects.toThrow('BUNDLE_PRICE');
  await listed(stage, 'both', bundle('3600'));
  const { subscription } = await get(Subscriptions).start(
    { product: 'both', zone: 'UTC' },
    'city-planner',
    'key-bundle-1',
  );
  const shares = (await stage.database.query(
    `SELECT owner, sum(minor)::text AS sum FROM market_payouts WHERE subject = $1 AND why = 'holding' GROUP BY owner ORDER BY owner`,
    [`${subscription}.p0`],
  )) as { owner: string; sum: string }[];
  expect(shares.map(({ owner }) => owner)).toEqual(['north-district', 'south-district']);
  expect((await buy('north')).order.captured).toBe(0n);
  expect((await buy('south')).order.captured).toBe(0n);
});

test('third party: a signed price inside its rails; unsigned, foreign and stale ones are refused', async () => {
  const terms = {
    model: 'appraised',
    mode: 'real-time',
    appraiser: 'appraiser',
    appraisalModel: 'income-2026',
    staleSeconds: 3600,
    minimum: '100',
    maximum: '900',
    maxStepBp: 10_000,
    fallback: '400',
  };
  await listed(stage, 'appraised', planOf('appraised', terms));
  expect(await codeOf(async () => stage.quotes.quote(asked('appraised', await fresh()), 'city-planner'))).toBe(
    'APPRAISAL_STALE',
  );
  const appraisals = get(Appraisals);
  const said = (more: object = {}) => ({
    product: 'appraised',
    appraiser: 'appraiser',
    model: 'income-2026',
    input: `sha256:${'b'.repeat(64)}`,
    currency: 'CNY',
    minor: '450',
    low: '400',
    high: '500',
    at: stage.clock.at,
    validUntil: stage.clock.at + 7_200_000,
    ...more,
  });
  const signed = (who: string, document: object) => {
    const key = stage.keys.get(who)?.receipt;
    if (key === undefined) throw new Error(who);
    return signJws(APPRAISAL_TYPE, document as never, key);
  };
  expect(await codeOf(() => appraisals.record('appraised', signed('city-planner', said()), 'appraiser'))).toMatch(
    /^JWS_/,
  );
  expect(
    await codeOf(() => appraisals.record('appraised', signed('appraiser', said({ model: 'other' })), 'appraiser')),
  ).toBe('APPRAISAL_FOREIGN');
  expect(
    await codeOf(() => appraisals.record('appraised', signed('appraiser', said({ minor: '700' })), 'appraiser')),
  ).toBe('APPRAISAL_BOUNDS');
  await appraisals.record('appraised', signed('appraiser', said()), 'appraiser');
  expect((await buy('appraised')).order.captured).toBe(450n);
});

describe('bargaining', () => {
  const plan = planOf('haggle', {
    model: 'negotiated',
    mechanism: { by: 'bargaining', asking: '9000', rounds: 4, offerSeconds: 3600 },
    runs: '2',
  });

  test('offers alternate by hash; the accepted one is an agreement, paid at once, and opens its runs', async () => {
    const bargains = get(Bargains);
    await listed(stage, 'haggle', plan);
    expect(await codeOf(async () => stage.quotes.quote(asked('haggle', await fresh()), 'city-planner'))).toBe(
      'PRICE_NOT_AGREED',
    );
    const opened = await bargains.open('haggle', { money: money('50.00') }, 'city-planner');
    const [offer] = opened.offers;
    const hash = offer?.hash ?? '';
    expect(await codeOf(() => bargains.accept(opened.id, hash, 'city-planner'))).toBe('OFFER_OUT_OF_TURN');
    expect(await codeOf(() => bargains.counter(opened.id, hash, { money: money('70', 'JPY') }, 'north-district'))).toBe(
      'CURRENCY_MISMATCH',
    );
    expect(await codeOf(() => bargains.one(opened.id, 'health-bureau'))).toBe('NEGOTIATION_UNKNOWN');
    const countered = await bargains.counter(opened.id, hash, { money: money('80.00') }, 'north-district');
    expect(await codeOf(() => bargains.accept(opened.id, hash, 'city-planner'))).toBe('OFFER_NOT_LAST');
    const last = countered.offers[1]?.hash ?? '';
    expect(await spend(() => bargains.accept(opened.id, last, 'city-planner'))).toBe(8000n);
    expect(await codeOf(() => bargains.accept(opened.id, last, 'city-planner'))).toBe('NEGOTIATION_OVER');
    expect((await buy('haggle')).order.captured).toBe(0n);
    expect((await buy('haggle')).order.captured).toBe(0n);
    expect(await codeOf(async () => buy('haggle'))).toBe('RUNS_SPENT');
  });

  test('an expired offer cannot be accepted, and a poor buyer’s agreement does not come about', async () => {
    const bargains = get(Bargains);
    const opened = await bargains.open('haggle', { money: money('10.00'), seconds: 60 }, 'health-bureau');
    stage.clock.at += 61_000;
    expect(await codeOf(() => bargains.accept(opened.id, opened.offers[0]?.hash ?? '', 'north-district'))).toBe(
      'OFFER_EXPIRED',
    );
    await stage.sweeper.sweep();
    expect(await bargains.one(opened.id, 'health-bureau')).toMatchObject({ state: 'ENDED', reason: 'offer-expired' });
    const dear = await bargains.open('haggle', { money: money('99999.00') }, 'health-bureau');
    expect(await codeOf(() => bargains.accept(dear.id, dear.offers[0]?.hash ?? '', 'north-district'))).toBe(
      'BALANCE_TOO_LOW',
    );
    expect(await bargains.one(dear.id, 'health-bureau')).toMatchObject({ state: 'OFFERED', agreement: null });
  });
});

describe('auctions', () => {
  const shared = { good: 'licences', reserve: '1000', deposit: '200', increment: '100' };
  const auctioned = async (id: string, mechanism: object) => {
    await listed(stage, id, planOf(id, { model: 'negotiated', mechanism: { ...shared, ...mechanism }, runs: '2' }));
    return get(Auctions).create(
      { product: id, opensAt: stage.clock.at, closesAt: stage.clock.at + 3_600_000 },
      'north-district',
    );
  };
  const buyers = ['city-planner', 'health-bureau'];
  const enter = async (id: string) => {
    for (const buyer of buyers) await get(Auctions).deposit(id, buyer);
  };

  test('English: increments, soft close, the best pays its own bid, the other’s deposit comes back', async () => {
    const auctions = get(Auctions);
    const { id } = await auctioned('english', { by: 'english', extendSeconds: 60 });
    expect(await codeOf(() => auctions.bid(id, money('10.00'), 'city-planner'))).toBe('DEPOSIT_MISSING');
    await enter(id);
    await auctions.bid(id, money('10.00'), 'city-planner');
    expect(await codeOf(() => auctions.bid(id, money('10.50'), 'health-bureau'))).toBe('BID_TOO_LOW');
    expect(await codeOf(() => auctions.bid(id, money('12.00'), 'city-planner'))).toBe('BID_OWN_BEST');
    expect(await codeOf(() => auctions.bid(id, money('12', 'JPY'), 'health-bureau'))).toBe('CURRENCY_MISMATCH');
    await auctions.bid(id, money('12.00'), 'health-bureau');
    stage.clock.at += 3_600_000;
    expect(await codeOf(() => auctions.bid(id, money('20.00'), 'city-planner'))).toBe('BID_LATE');
    expect(await spend(() => stage.sweeper.sweep(), 'health-bureau')).toBe(1000n);
    expect(await auctions.one(id)).toMatchObject({
      state: 'SETTLED',
      awards: [{ bidder: 'health-bureau', minor: 1200n, state: 'SETTLED' }],
    });
    expect((await buy('english', 'health-bureau')).order.captured).toBe(0n);
  });

  test('Dutch: the clock falls, the first to take wins at what it shows', async () => {
    const auctions = get(Auctions);
    const { id } = await auctioned('dutch', { by: 'dutch', start: '5000', step: '1000', stepSeconds: 600 });
    await enter(id);
    stage.clock.at += 1_300_000;
    expect(await codeOf(() => auctions.bid(id, money('29.99'), 'city-planner'))).toBe('BID_TOO_LOW');
    expect(await auctions.bid(id, money('30.00'), 'city-planner')).toMatchObject({ state: 'SETTLED' });
    expect(await codeOf(() => auctions.bid(id, money('30.00'), 'health-bureau'))).toBe('BID_LATE');
    expect(await auctions.one(id)).toMatchObject({ awards: [{ bidder: 'city-planner', minor: 3000n }] });
  });

  const sealed = async (id: string, bids: Readonly<Record<string, string>>) => {
    const openings = new Map<string, { money: ReturnType<typeof money>; salt: string }>();
    for (const [bidder, amount] of Object.entries(bids)) {
      const salt = randomBytes(32).toString('hex');
      const opening = { auction: id, bidder, minor: BigInt(amount), currency: 'CNY', salt };
      await say(stage, bidder, { type: 'RecordHash', stream: id, id: 'bid', hash: commitment(opening).slice(7) });
      await get(Auctions).seal(id, bidder);
      openings.set(bidder, { money: money(`${amount.slice(0, -2)}.${amount.slice(-2)}`), salt });
    }
    return openings;
  };

  test.each`
    by                 | minor
    ${'sealed-first'}  | ${2000n}
    ${'sealed-second'} | ${1500n}
  `(
    '$by: commitments on the ledger, openings after the close, the winner pays $minor',
    async ({ by, minor }: { by: string; minor: bigint }) => {
      const auctions = get(Auctions);
      const { id } = await auctioned(by, { by, revealSeconds: 600 });
      await enter(id);
      expect(await codeOf(() => auctions.seal(id, 'city-planner'))).toBe('COMMITMENT_MISSING');
      const openings = await sealed(id, { 'city-planner': '2000', 'health-bureau': '1500' });
      const own = openings.get('city-planner') ?? { money: money('0.00'), salt: '' };
      expect(await codeOf(() => auctions.reveal(id, own, 'city-planner'))).toBe('REVEAL_EARLY');
      stage.clock.at += 3_600_000;
      await stage.sweeper.sweep();
      expect(await codeOf(() => auctions.reveal(id, { ...own, money: money('25.00') }, 'city-planner'))).toBe(
        'REVEAL_MISMATCH',
      );
      expect(await codeOf(() => auctions.reveal(id, own, 'data-works'))).toBe('REVEAL_UNKNOWN');
      for (const [bidder, opening] of openings) await auctions.reveal(id, opening, bidder);
      stage.clock.at += 600_000;
      expect(await codeOf(() => auctions.reveal(id, own, 'city-planner'))).toBe('REVEAL_LATE');
      await stage.sweeper.sweep();
      expect(await auctions.one(id)).toMatchObject({
        state: 'SETTLED',
        awards: [{ bidder: 'city-planner', minor, state: 'SETTLED' }],
      });
    },
  );

  test('uniform for two units: the revealed bidder pays the reserve, and whoever does not reveal loses the deposit', async () => {
    const auctions = get(Auctions);
    const both = await auctioned('uniform', { by: 'uniform', units: 2, revealSeconds: 600 });
    await enter(both.id);
    for (const [bidder, opening] of await sealed(both.id, { 'city-planner': '2000', 'health-bureau': '1500' })) {
      stage.clock.at = Math.max(stage.clock.at, both.closesAt);
      if (bidder === 'city-planner') await auctions.reveal(both.id, opening, bidder);
    }
    const before = BigInt(await balance(stage, 'owner.payable/north-district'));
    stage.clock.at += 600_000;
    await stage.sweeper.sweep();
    expect(await auctions.one(both.id)).toMatchObject({
      state: 'SETTLED',
      awards: [{ bidder: 'city-planner', minor: 1000n }],
    });
    expect(BigInt(await balance(stage, 'owner.payable/north-district')) - before).toBeGreaterThanOrEqual(200n);
  });

  test('a winner who does not pay within a day loses the deposit, and the next bidder gets the good at its own price', async () => {
    const auctions = get(Auctions);
    const { id } = await auctioned('defaulting', { by: 'english', extendSeconds: 60 });
    await stage.database.query(`UPDATE participants SET state = 'registered' WHERE id = 'data-works'`);
    await topUp(stage, 'data-works', '3.00');
    await auctions.deposit(id, 'data-works');
    await auctions.deposit(id, 'city-planner');
    await auctions.bid(id, money('10.00'), 'city-planner');
    await auctions.bid(id, money('40.00'), 'data-works');
    stage.clock.at += 3_700_000;
    await stage.sweeper.sweep();
    expect(await auctions.one(id)).toMatchObject({
      state: 'AWARDED',
      awards: [{ bidder: 'data-works', state: 'AWARDED' }],
    });
    expect(await codeOf(() => auctions.pay(id, 'data-works'))).toBe('BALANCE_TOO_LOW');
    stage.clock.at += DAY;
    await stage.sweeper.sweep();
    expect(await auctions.one(id)).toMatchObject({
      state: 'SETTLED',
      awards: [
        { bidder: 'city-planner', minor: 1000n, state: 'SETTLED' },
        { bidder: 'data-works', state: 'DEFAULTED' },
      ],
    });
  });

  test('no bid reaches the reserve: nobody wins and every deposit comes back', async () => {
    const { id } = await auctioned('unloved', { by: 'english', extendSeconds: 60 });
    const before = await balance(stage, 'buyer.available/city-planner');
    await enter(id);
    stage.clock.at += 3_700_000;
    await stage.sweeper.sweep();
    expect(await get(Auctions).one(id)).toMatchObject({ state: 'FAILED_RESERVE', awards: [] });
    expect(await balance(stage, 'buyer.available/city-planner')).toBe(before);
  });
});

test('other currencies: yen without decimals, dinars with three', async () => {
  const plan = (name: string, currency: string) =>
    planOf(name, { model: 'per-use', price: { base: '0', rate: '1.5', family: { g: 'linear' } } }, { currency });
  await topUp(stage, 'city-planner', '1000', 'JPY');
  await topUp(stage, 'city-planner', '1.000', 'KWD');
  await listed(stage, 'yen', plan('yen', 'JPY'));
  await listed(stage, 'dinar', plan('dinar', 'KWD'));
  expect((await buy('yen')).order).toMatchObject({ captured: 1n, currency: 'JPY' });
  expect((await buy('dinar')).order).toMatchObject({ captured: 8n, currency: 'KWD' });
});

test('invoices: every charge once, numbers without a gap under parallel issue, a page in both languages, credit notes with their refund', async () => {
  const invoices = get(Invoices);
  const wanted = {
    seller: 'north-district',
    buyer: 'city-planner',
    currency: 'CNY',
    from: 0,
    until: stage.clock.at + DAY,
    zone: 'Asia/Shanghai',
  };
  const [charged] = (await stage.database.query(
    `SELECT sum(minor)::text AS sum FROM market_charges WHERE seller = 'north-district' AND buyer = 'city-planner' AND currency = 'CNY' AND invoice IS NULL`,
  )) as { sum: string }[];
  const made = await invoices.issue(wanted);
  expect(String(made.total)).toBe(charged?.sum);
  expect(await codeOf(() => invoices.issue(wanted))).toBe('INVOICE_EMPTY');
  await Promise.all(
    ['health-bureau', 'data-works', 'city-planner'].map((buyer) =>
      codeOf(() => invoices.issue({ ...wanted, buyer, currency: buyer === 'city-planner' ? 'JPY' : 'CNY' })),
    ),
  );
  const credited = await invoices.credit(
    { seller: 'north-district', number: made.number, money: money('1.00'), reason: 'late answer' },
    'key-credit-1',
  );
  await invoices.credit(
    { seller: 'north-district', number: made.number, money: money('1.00'), reason: 'late answer' },
    'key-credit-1',
  );
  expect(credited).toMatchObject({ kind: 'credit-note', credits: made.number, total: 100n });
  const much = { seller: 'north-district', number: made.number, money: money('99999.00'), reason: 'x' };
  expect(await codeOf(() => invoices.credit(much, 'key-credit-2'))).toBe('CREDIT_TOO_LARGE');
  const numbers = (await stage.database.query(
    `SELECT number FROM market_invoices WHERE seller = 'north-district' ORDER BY number`,
  )) as { number: string }[];
  const years = new Set(numbers.map(({ number }) => number.slice(0, 4)));
  for (const year of years) {
    const own = numbers.map(({ number }) => number).filter((number) => number.startsWith(year));
    expect(domainInvoices.gapIn(Number(year), own)).toBeUndefined();
  }
  expect(await invoices.html('north-district', made.number, 'city-planner', 'zh')).toContain('发票');
  expect(await codeOf(() => invoices.one('north-district', made.number, 'data-works'))).toBe('INVOICE_UNKNOWN');
});

test('a request for prepaid credit is reminded of day by day, one step at a time, and ends when it is paid', async () => {
  const invoices = get(Invoices);
  const made = await invoices.requestCredit('health-bureau', money('50.00'), 'UTC', 'key-request-1');
  const state = async () => (await invoices.one('operator', made.number, 'health-bureau')).state;
  const seen = [await state()];
  for (const days of [18, 7, 10, 70]) {
    stage.clock.at += days * DAY;
    await stage.sweeper.sweep();
    seen.push(await state());
  }
  expect(seen).toEqual(['DUE', 'REMINDED', 'WARNED', 'SUSPENDED', 'WRITTEN_OFF']);
  const paid = {
    id: 'late-transfer',
    buyer: 'health-bureau',
    money: money('50.00'),
    invoice: `operator/${made.number}`,
  };
  await stage.payments.record(paid, 'operator', 'operator');
  expect(await state()).toBe('PAID');
});

test('a statement shows rule, version, inputs and ledger position of every line; owners are paid out once', async () => {
  await stage.database.query(`UPDATE relayed_exchanges SET state = 'FINAL' WHERE state = 'ANSWERED'`);
  await stage.sweeper.sweep();
  const statements = get(Statements);
  const { lines, totals } = await statements.of('north-district', { from: 0, until: stage.clock.at + DAY });
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.every((line) => line.ledger !== null && line.rule.startsWith('sha256:') && line.ruleVersion === 1)).toBe(
    true,
  );
  expect(totals.map(({ why }) => why)).toEqual(expect.arrayContaining(['holding', 'privacy-compensation']));
  const to = { owner: 'north-district', from: 'owner.payable' as const, money: money('5.00') };
  const before = BigInt(await balance(stage, 'owner.payable/north-district'));
  await statements.payOut(to, 'operator', 'key-payout-1');
  await statements.payOut(to, 'operator', 'key-payout-1');
  expect(before - BigInt(await balance(stage, 'owner.payable/north-district'))).toBe(500n);
});

test('a late stored answer under feedback and a crash between answer and score leave nothing open', async () => {
  const age = await fresh();
  const cells = [{ same: 1 }];
  const first = await bought(stage, 'scored', 'city-planner', age, cells);
  await get(Settling).score(first.xid, '0.5', 'city-planner');
  const quoted = await stage.quotes.quote(asked('scored', age), 'health-bureau');
  const xid = newId();
  await stage.placing.place(xid, quoted.id, 'health-bureau');
  await send(stage, xid, 'health-bureau', age);
  await answered(stage, xid, { cells });
  await stage.sweeper.sweep();
  expect(await orderOf(stage.database.manager, xid)).toMatchObject({ state: 'POSTED', captured: 0n });
});

test('what a plan would earn and how it could be gamed is shown before anything is stored', () => {
  const menu = planOf('menu', {
    model: 'per-use',
    price: {
      menu: [
        { x: '1', minor: '10' },
        { x: '2', minor: '90' },
      ],
    },
  });
  expect(outlook(menu, { buyers: 10, runsPerBuyer: 2, rho: '1' }, 0)).toMatchObject({
    fault: { code: 'MENU_EXPLOITABLE' },
    attacks: [{ target: 1, cost: '20', saved: '70' }],
  });
  expect(outlook(perUse, { buyers: 10, runsPerBuyer: 2, rho: '1/200' }, 0)).toMatchObject({
    fault: null,
    earns: { total: { amount: '40.00', currency: 'CNY' } },
  });
});

test('the desk’s calculators show value, steps and sensitivity', () => {
  expect(value({ model: 'income', flows: [100, 100], discount: 0.1 })).toMatchObject({
    sensitivity: [{ input: 'discount' }],
  });
  expect(() =>
    value({
      model: 'ahp',
      matrix: [
        [1, 9, 1],
        [1 / 9, 1, 9],
        [1, 1 / 9, 1],
      ],
    }),
  ).toThrow('AHP_INCONSISTENT');
});

test('at the end every posting has a final receipt or a reason', async () => {
  const { unexplained } = await stage.evidence.reconciliation();
  expect(unexplained).toEqual([]);
});

test('an audit is read page by page, and the pages together are the whole', async () => {
  const { items: all, postings } = await stage.evidence.reconciliation({ limit: 5000 });
  expect(all).toHaveLength(postings);
  const seen: string[] = [];
  let after: string | null = '';
  while (after !== null) {
    const page: Awaited<ReturnType<typeof stage.evidence.reconciliation>> = await stage.evidence.reconciliation({
      after,
      limit: 7,
    });
    seen.push(...page.items.map(({ entry }) => entry));
    after = page.next;
  }
  expect(seen).toEqual(all.map(({ entry }) => entry));
});

test('exports: the journal sums to zero per currency, a party’s file holds its own, and segments name no buyer', async () => {
  const files = stage.app.get(Exports);
  const read = async (kind: Parameters<typeof files.of>[0], who: string) => {
    const lines: (readonly unknown[])[] = [];
    for await (const cells of files.of(kind, who, { from: 0, until: stage.clock.at + 1 })) lines.push(cells);
    return lines;
  };
  const sums = new Map<string, number>();
  for (const cells of await read(journal, 'auditor')) {
    const [currency, amount] = [String(cells.at(-2)), Number(cells.at(-1))];
    sums.set(currency, Math.round(((sums.get(currency) ?? 0) + amount) * 1000) / 1000);
  }
  expect([...sums.keys()].sort()).toEqual(['CNY', 'JPY', 'KWD']);
  expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
  const orders = await read(kinds.orders, 'city-planner');
  expect(orders.length).toBeGreaterThan(5);
  expect(orders.every((cells) => cells.includes('city-planner'))).toBe(true);
  expect((await read(kinds.charges, 'city-planner')).length).toBeGreaterThan(5);
  expect((await read(kinds.invoices, 'city-planner')).length).toBeGreaterThan(0);
  expect((await read(kinds.payouts, 'north-district')).length).toBeGreaterThan(5);
  expect(await read(kinds.orders, 'appraiser')).toEqual([]);
  const segments = await stage.evidence.segments({ from: 0, until: stage.clock.at + 1 });
  expect(segments.map(({ segment }) => segment)).toEqual(expect.arrayContaining(['health', 'otherwise']));
  expect(JSON.stringify(segments)).not.toContain('city-planner');
});
