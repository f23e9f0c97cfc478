// Budgets under any order, any number of workers and any crash point: no account ever goes above its cap, and nothing touched is free.
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { Budgets, type Charge } from '../../src/data-end/budgets/budgets';
import { dataEndEntities, dataEndMigrations } from '../../src/data-end/database';
import { Recovery } from '../../src/data-end/intake/recovery';
import { Refusal } from '../../src/domain/refusals';
import { add, compare, parseRational, toText, zero } from '../../src/domain/safe-answers';
import { newId } from '../../src/platform/clock';
import { openDatabase } from '../../src/platform/database';
import { freshDatabase, type FreshDatabase } from '../support/postgres';

jest.setTimeout(120_000);
const budgets = new Budgets();
let fresh: FreshDatabase;
let database: DataSource;
beforeAll(async () => {
  Logger.overrideLogger(false);
  fresh = await freshDatabase();
  database = await openDatabase({ url: fresh.url, entities: dataEndEntities, migrations: dataEndMigrations });
  // Only budgets are tried here: no message belongs to these holds.
  await database.query('ALTER TABLE holds DROP CONSTRAINT holds_xid_fkey');
});
afterAll(async () => {
  await database.destroy();
  await fresh.drop();
});

interface Row {
  id: string;
  cap: string;
  spent: string;
  held: string;
}
const rows = () => database.query<Row[]>('SELECT id, cap, spent, held FROM accounts');
const used = ({ spent, held }: Row) => add(parseRational(spent), parseRational(held));
async function mustHold(): Promise<void> {
  for (const row of await rows()) {
    expect(compare(used(row), parseRational(row.cap))).toBeLessThanOrEqual(0);
    expect(compare(parseRational(row.held), zero)).toBeGreaterThanOrEqual(0);
  }
}

/** What becomes of one question: `crash` leaves its holds behind, `broken` dies inside the transaction that places them. */
const fates = ['capture', 'release', 'crash', 'broken', 'capture twice', 'late release'] as const;
type Fate = (typeof fates)[number];
interface Step {
  readonly searcher: number;
  readonly rho: number;
  readonly fate: Fate;
}
const steps = fc.array(
  fc.record({ searcher: fc.nat(2), rho: fc.integer({ min: 1, max: 5 }), fate: fc.constantFrom(...fates) }),
  { minLength: 4, maxLength: 14 },
);

const charges = (world: string, { searcher, rho }: Step): Charge[] => [
  {
    account: `${world}/all`,
    kind: 'rho',
    cap: '1/8',
    amount: `${String(rho)}/200`,
    refusal: 'BUDGET_SPENT_REPOSITORY',
  },
  {
    account: `${world}/${String(searcher)}`,
    kind: 'rho',
    cap: '1/20',
    amount: `${String(rho)}/200`,
    refusal: 'BUDGET_SPENT_SEARCHER',
  },
  { account: `${world}/quota/${String(searcher)}`, kind: 'quota', cap: '3', amount: '1', refusal: 'QUOTA_SPENT' },
];

/** Runs one question to its fate; true when its holds were placed. */
async function live(world: string, step: Step, xid: string): Promise<boolean> {
  const settle = (how: 'capture' | 'release') => database.transaction((tx) => budgets[how](tx, xid, 2));
  try {
    await database.transaction(async (tx) => {
      await budgets.reserve(tx, xid, charges(world, step), 1);
      if (step.fate === 'broken') throw new Error('killed before the commit');
    });
  } catch (error) {
    if (error instanceof Refusal) expect(error.code).toMatch(/^(BUDGET_SPENT_(REPOSITORY|SEARCHER)|QUOTA_SPENT)$/);
    else if (step.fate !== 'broken') throw error;
    return false;
  }
  if (step.fate === 'crash') return true;
  await settle(step.fate === 'release' ? 'release' : 'capture');
  if (step.fate === 'capture twice') await settle('capture');
  if (step.fate === 'late release') await settle('release');
  return true;
}

test('no order, no concurrency and no crash point brings an account above its cap, or makes a touched question free', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 6 }), async (all, workers) => {
      const world = newId();
      const queue = all.map((step) => ({ step, xid: newId() }));
      const placed: Step[] = [];
      const work = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          if (await live(world, next.step, next.xid)) placed.push(next.step);
          await mustHold();
        }
      };
      await Promise.all(Array.from({ length: workers }, work));
      await new Recovery(database, budgets, { now: () => 3 }).onApplicationBootstrap();
      await mustHold();
      const paid = placed.filter(({ fate }) => fate !== 'release');
      const sum = (of: readonly Step[]) =>
        toText(of.reduce((total, { rho }) => add(total, parseRational(`${String(rho)}/200`)), zero));
      const mine = (await rows()).filter(({ id }) => id.startsWith(`${world}/`));
      expect(mine.every(({ held }) => held === '0')).toBe(true);
      expect(mine.find(({ id }) => id === `${world}/all`)?.spent ?? '0').toBe(sum(paid));
      for (const searcher of [0, 1, 2]) {
        const of = paid.filter((step) => step.searcher === searcher);
        expect(mine.find(({ id }) => id === `${world}/${String(searcher)}`)?.spent ?? '0').toBe(sum(of));
        expect(mine.find(({ id }) => id === `${world}/quota/${String(searcher)}`)?.spent ?? '0').toBe(
          String(of.length),
        );
      }
    }),
    { numRuns: 12 },
  );
});

test('of two hundred reservations at once exactly the affordable ones are placed', async () => {
  const world = newId();
  const step: Step = { searcher: 0, rho: 1, fate: 'crash' };
  const one = (): Promise<boolean> =>
    database
      .transaction((tx) => budgets.reserve(tx, newId(), charges(world, step).slice(0, 2), 1))
      .then(
        () => true,
        () => false,
      );
  const outcomes = await Promise.all(Array.from({ length: 200 }, one));
  expect(outcomes.filter(Boolean)).toHaveLength(10);
  await mustHold();
});

test('a question whose holds were left by a crash is not run a second time', async () => {
  const [world, xid] = [newId(), newId()];
  const step: Step = { searcher: 0, rho: 1, fate: 'crash' };
  await live(world, step, xid);
  const again = () => database.transaction((tx) => budgets.reserve(tx, xid, charges(world, step), 1));
  await expect(again()).rejects.toMatchObject({ code: 'RUN_FAILED' });
  await new Recovery(database, budgets, { now: () => 3 }).onApplicationBootstrap();
  await expect(again()).rejects.toMatchObject({ code: 'RUN_FAILED' });
  expect((await rows()).find(({ id }) => id === `${world}/all`)).toMatchObject({ spent: '1/200', held: '0' });
});

test('a cap that an owner lowers binds at once', async () => {
  const world = newId();
  const step: Step = { searcher: 0, rho: 5, fate: 'capture' };
  expect(await live(world, step, newId())).toBe(true);
  const lowered = charges(world, step).map((charge) => ({
    ...charge,
    cap: charge.kind === 'rho' ? '1/40' : charge.cap,
  }));
  const asked = database.transaction((tx) => budgets.reserve(tx, newId(), lowered, 1));
  await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^BUDGET_SPENT/) as string });
});
