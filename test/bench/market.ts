// The market's pace on a real PostgreSQL, each figure beside a baseline of the same run: the bare transactions it needs, or the bare arithmetic.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { exchangeMigrations, exchangeEntities } from '../../src/exchange/database';
import { chargeNow, capture, type Parties } from '../../src/exchange/market/books/charging';
import { moneyPool, placeHolds, pool, savePools, endHolds, holdsOf } from '../../src/exchange/market/books/holds';
import { record } from '../../src/exchange/market/books/journal';
import { agreement, keepAgreement } from '../../src/exchange/market/agreements/agreement';
import { holdPlaced, paymentReceived } from '../../src/domain/market/journal';
import { asJson, publishable, quote, type PriceContext } from '../../src/domain/market/prices';
import { advance, endSaga, reserve, type Saga } from '../../src/domain/market/saga';
import { shapley } from '../../src/domain/market/shares';
import { sha256, utf8 } from '../../src/domain/canonical';
import { Refusal } from '../../src/domain/refusals';
import { openDatabase } from '../../src/platform/database';
import { startPostgres } from '../../src/platform/postgres';

export interface Row {
  readonly name: string;
  readonly figures: Record<string, number | string>;
}

const BUYERS = 100;
const rounded = (n: number): number => Math.round(n * 100) / 100;

/** Operations a second; the work is done `count` times, `width` at once. */
async function pace(count: number, width: number, act: (index: number) => Promise<unknown>): Promise<number> {
  const from = process.hrtime.bigint();
  let next = 0;
  const lane = async () => {
    for (let index = next; index < count; index = next) {
      next += 1;
      await act(index);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return (count * 1e9) / Number(process.hrtime.bigint() - from);
}

function swift(count: number, act: () => unknown): number {
  const from = process.hrtime.bigint();
  for (let index = 0; index < count; index += 1) act();
  return (count * 1e9) / Number(process.hrtime.bigint() - from);
}

export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-bench-market-'));
  const server = await startPostgres({ folder, settings: { max_connections: 150 } });
  try {
    const database = await openDatabase({
      url: server.url(),
      entities: exchangeEntities,
      migrations: exchangeMigrations,
      connections: 40,
    });
    try {
      return [quotes(), ...(await money(database)), values()];
    } finally {
      await database.destroy();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const plan = publishable({
  schema: 'aggregora/price-plan/1',
  plan: 'bench',
  version: 1,
  currency: 'CNY',
  quoteSeconds: 600,
  terms: { model: 'per-use', price: { base: '0.50', rate: '40', family: { g: 'root' } } },
});

const rule = {
  schema: 'aggregora/share-rule/1',
  rule: 'bench',
  version: 1,
  taxBp: 600,
  platformFeeBp: 500,
  compensationPerRho: '10',
  rights: { holding: 6000, processing: 3000, usage: 1000 },
  entityCapBp: 10_000,
  newcomer: { poolBp: 0, multiplierBp: 10_000 },
} as const;

/** Pure arithmetic and one hash; the baseline is the hash alone. */
function quotes(): Row {
  const context: PriceContext = {
    now: 0,
    buyer: { id: 'buyer-1', verified: true, credentials: [] },
    purpose: 'research',
    runsBefore: 0n,
    rolledOver: 0n,
  };
  const usage = { event: 'run' as const, runs: 1n, rho: '1/200', repeated: false };
  const question = { template: 't', binding: 'b', repository: 'r', dataVersion: 'v1' };
  const priced = swift(5_000, () => quote(plan, usage, context, question));
  const bytes = utf8('x'.repeat(600));
  const hashed = swift(50_000, () => sha256(bytes));
  return {
    name: 'quote: price, lines, content id',
    figures: { 'per second': Math.round(priced), 'ratio to one SHA-256': rounded(hashed / priced) },
  };
}

async function money(database: DataSource): Promise<Row[]> {
  await seed(database);
  const buyers = Array.from({ length: BUYERS }, (_, index) => `buyer-${String(index)}`);
  const deals = new Map(buyers.map((buyer) => [buyer, deal(buyer)]));
  for (const made of deals.values()) await keepAgreement(database.manager, made);
  for (const buyer of buyers) {
    await database.transaction((tx) =>
      record(
        tx,
        paymentReceived({ id: `p-${buyer}`, at: 0, subject: buyer }, buyer, { minor: 10_000_000n, currency: 'CNY' }),
      ),
    );
  }
  const at = (index: number) => buyers[index % BUYERS] ?? 'buyer-0';
  const bareNow = () =>
    pace(1_000, BUYERS, (index) =>
      database.transaction(async (tx) => {
        await tx.query('SELECT minor FROM market_balances WHERE account = $1 AND currency = $2 FOR UPDATE', [
          `buyer.available/${at(index)}`,
          'CNY',
        ]);
        await tx.query(`INSERT INTO market_once (participant, key, request, at) VALUES ('bench', $1, 'r', 0)`, [
          randomUUID(),
        ]);
      }),
    );
  await bareNow(); // Connections and caches are warm from here on.
  const bareBefore = await bareNow();
  const quoted = await pace(1_000, BUYERS, (index) => keepQuote(database, at(index), randomUUID()));
  const entries = await pace(1_000, BUYERS, (index) =>
    database.transaction((tx) =>
      record(tx, holdPlaced({ id: randomUUID(), at: 0, subject: 's' }, at(index), { minor: 1n, currency: 'CNY' })),
    ),
  );
  const held = await pace(600, BUYERS, (index) => database.transaction((tx) => hold(tx, at(index), randomUUID())));
  const sagas = await pace(400, BUYERS, async (index) => {
    const [buyer, id] = [at(index), randomUUID()];
    await database.transaction((tx) => hold(tx, buyer, id));
    await database.transaction((tx) => captured(tx, deals.get(buyer) ?? deal(buyer), id));
  });
  const whole = await pace(400, BUYERS, async (index) => {
    const [buyer, id] = [at(index), randomUUID()];
    await keepQuote(database, buyer, id);
    await database.transaction((tx) => hold(tx, buyer, id));
    await database.query('UPDATE market_holds SET expires_at = 2 WHERE subject = $1', [id]); // RUNNING: the question goes out.
    await database.transaction((tx) => captured(tx, deals.get(buyer) ?? deal(buyer), id));
  });
  const fees = await pace(300, BUYERS, (index) => {
    const it = deals.get(at(index)) ?? deal(at(index));
    const lines = [{ type: 'FIXED' as const, what: 'period', quantity: 1n, minor: 70n }];
    return database.transaction((tx) =>
      chargeNow(tx, {
        subject: randomUUID(),
        agreement: it,
        at: 0,
        captured: 70n,
        lines,
        rho: '0',
        parties: [parties],
      }),
    );
  });
  const [won, lost] = await lastUnit(database, buyers);
  const [sum] = (await database.query('SELECT COALESCE(sum(minor), 0)::text AS sum FROM market_postings')) as {
    sum: string;
  }[];
  // The machine may be busier at the end than at the beginning: the baseline is the mean of both.
  const bare = 2 / (1 / bareBefore + 1 / (await bareNow()));
  const row = (name: string, perSecond: number): Row => ({
    name,
    figures: { 'per second': Math.round(perSecond), 'bare transactions it costs': rounded(bare / perSecond) },
  });
  return [
    {
      name: `bare transaction: one row lock, one insert (${String(BUYERS)} at once)`,
      figures: { 'per second': Math.round(bare) },
    },
    row('quote: priced and kept', quoted),
    row('journal entry with balances, two postings', entries),
    row('three holds and their entry', held),
    row('paid saga: hold, capture, payouts, charges', sagas),
    row('full paid saga, four transactions: quote, hold, run, capture', whole),
    row('fee of a period: hold, capture, payouts, charges', fees),
    {
      name: `${String(BUYERS)} buyers of the last unit`,
      figures: { won, refused: lost, 'journal sum': sum?.sum ?? '' },
    },
  ];
}

/** Prices a question and keeps the quote, as the exchange does: one statement. */
async function keepQuote(database: DataSource, buyer: string, id: string): Promise<void> {
  const usage = { event: 'run' as const, runs: 1n, rho: '1/200', repeated: false };
  const context: PriceContext = {
    now: 0,
    buyer: { id: buyer, verified: true, credentials: [] },
    purpose: 'research',
    runsBefore: 0n,
    rolledOver: 0n,
  };
  const question = { template: 't', binding: id, repository: 'r', dataVersion: 'v1' };
  const made = quote(plan, usage, context, question);
  await database.query(
    `INSERT INTO market_quotes (id, product, agreement, buyer, purpose, document, valid_until) VALUES ($1, 'bench', NULL, $2, 'research', $3, $4)`,
    [made.id, buyer, asJson(made), made.validUntil],
  );
}

async function seed(database: DataSource): Promise<void> {
  await database.query(
    `INSERT INTO elements (id, document, publisher, published_at) VALUES ('e', '{}', 'owner-1', now())`,
  );
  await database.query(
    `INSERT INTO repositories (id, owner, element, metadata, metadata_id, state, theme, place, time_from, time_to, operations, words)
     VALUES ('r', 'owner-1', 'e', '{}', 'm', 'announced', 't', 'p', '2026-01-01', '2026-12-31', '[]', '')`,
  );
  await database.query(
    `INSERT INTO market_products (id, owner, repository, document, state, changed_at) VALUES ('bench', 'owner-1', 'r', '{}', 'LISTED', 0)`,
  );
}

const deal = (buyer: string) =>
  agreement({
    kind: 'per-use',
    product: 'bench',
    plan: `sha256:${'a'.repeat(64)}`,
    rule: `sha256:${'b'.repeat(64)}`,
    seller: 'owner-1',
    buyer,
    zone: 'UTC',
    agreed: null,
    currency: 'CNY',
    starts: 0,
    ends: 1,
    members: [],
    source: null,
  });

const parties: Parties = {
  product: 'bench',
  repository: 'r',
  owner: 'owner-1',
  rule,
  holding: [{ id: 'owner-1', shareBp: 10_000 }],
  processing: [{ id: 'works', shareBp: 10_000 }],
  usage: [],
};

type Tx = Parameters<typeof record>[0];
const sagaOf = (id: string, buyer: string): Saga => ({
  id,
  buyer,
  quote: 'q',
  state: 'QUOTED',
  outcome: null,
  holds: {},
});

async function hold(tx: Tx, buyer: string, id: string): Promise<void> {
  const quota = await pool(tx, `${buyer}/quota`, 'quota', '1000000');
  const rho = await pool(tx, `${buyer}/rho`, 'rho', '1000000');
  const account = await moneyPool(tx, buyer, 'CNY');
  const needs = [
    { kind: 'quota' as const, amount: '1', pool: quota },
    { kind: 'rho' as const, amount: '1/200', pool: rho },
    { kind: 'money' as const, amount: '70', pool: account },
  ];
  const reserved = reserve(sagaOf(id, buyer), needs, 1);
  await placeHolds(tx, id, reserved.holds);
  await savePools(tx, reserved.pools);
  await record(tx, holdPlaced({ id: `${id}.hold`, at: 0, subject: id }, buyer, { minor: 70n, currency: 'CNY' }));
}

async function captured(tx: Tx, it: ReturnType<typeof deal>, id: string): Promise<void> {
  const saga = advance({ ...sagaOf(id, it.buyer), state: 'RESERVED' }, 'RUNNING');
  const ended = endSaga(saga, await holdsOf(tx, id), 'answered', { now: 0 });
  await endHolds(tx, ended.holds);
  const lines = [{ type: 'VARIABLE' as const, what: 'run', quantity: 1n, minor: 70n }];
  await capture(tx, {
    subject: id,
    agreement: it,
    at: 0,
    held: 70n,
    captured: 70n,
    lines,
    rho: '1/200',
    parties: [parties],
  });
}

async function lastUnit(database: DataSource, buyers: readonly string[]): Promise<[number, number]> {
  const tries = await Promise.all(
    buyers.map((buyer) =>
      database
        .transaction(async (tx) => {
          const stock = await pool(tx, 'product/bench', 'quota', '1');
          const id = randomUUID();
          const reserved = reserve(sagaOf(id, buyer), [{ kind: 'quota', amount: '1', pool: stock }], 1);
          await placeHolds(tx, id, reserved.holds);
          await savePools(tx, reserved.pools);
        })
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof Refusal && error.code === 'RUNS_SPENT') return false;
          throw error;
        }),
    ),
  );
  return [tries.filter(Boolean).length, tries.filter((won) => !won).length];
}

/** Exact Shapley over 16 owners; the baseline is one visit of every coalition. */
function values(): Row {
  const worth = (coalition: number) => BigInt(Math.min(40, popcount(coalition) * 3));
  const exact = swift(3, () => shapley(16, worth));
  const visits = swift(3, () => {
    let sum = 0n;
    for (let coalition = 0; coalition < 1 << 16; coalition += 1) sum += worth(coalition);
    return sum;
  });
  return {
    name: 'exact Shapley values of 16 owners',
    figures: { 'per second': rounded(exact), 'ratio to one visit of every coalition': rounded(visits / exact) },
  };
}

function popcount(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
