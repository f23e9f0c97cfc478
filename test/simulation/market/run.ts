// The seeded market simulation: everybody's steps interleaved, power failing between any two, the books checked at each.
import { createHash } from 'node:crypto';
import { compare, fromText, plus } from '../../../src/domain/market/money';
import { chance, type Chance } from '../../attacks/market/chance';
import { gap, monthSteps, type Books } from './month';
import type { Step, Tally } from './question';
import { Store } from './store';
import { newAccount } from './world';

export interface Options {
  readonly accounts?: number;
  readonly months?: number;
  readonly seed?: number;
  /** Chance of a power failure before and after each write. */
  readonly crashPerMille?: number;
}

export interface Report {
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Each must be true. */
  readonly checks: Readonly<Record<string, boolean>>;
  readonly held: boolean;
}

export function run({ accounts = 200, months = 24, seed = 3, crashPerMille = 20 }: Options = {}): Report {
  const draw = chance(seed);
  const store = new Store(chance(seed + 1000), crashPerMille);
  const tally: Tally = {
    questions: 0,
    refusedByCode: {},
    outcomes: {},
    secondEndings: 0,
    secondEndingsRefused: 0,
    refunds: 0,
    repeated: 0,
  };
  const books: Books = { invoices: [], repriced: 0, mismatched: 0, upgrades: 0, downgrades: 0, cancellations: 0 };
  const buyers = Array.from({ length: accounts }, (_, index) => newAccount(index, draw));
  for (let month = 0; month < months; month += 1) {
    interleave(
      buyers.map((buyer) => [...monthSteps(store, buyer, month, draw, tally, books)]),
      draw,
    );
  }
  return report(store, tally, books);
}

/** Picks whose turn it is at random until nobody has a step left; one account's own steps stay in order. */
function interleave(queues: Step[][], draw: Chance): void {
  let open = queues.filter((queue) => queue.length > 0);
  while (open.length > 0) {
    const queue = open[draw.between(0, open.length - 1)];
    queue?.shift()?.();
    if (queue?.length === 0) open = open.filter((each) => each.length > 0);
  }
}

function report(store: Store, tally: Tally, books: Books): Report {
  const checks = {
    zeroPerCurrencyAtEveryStep: store.unbalanced === 0 && store.zero(),
    noHoldResolvedTwice:
      tally.secondEndings === tally.secondEndingsRefused &&
      [...store.holds.values()].every((hold) => hold.state !== 'HELD'),
    noPoolOverspent: [...store.pools.values()].every(
      (pool) => compare(plus(fromText(pool.spent), fromText(pool.held)), fromText(pool.limit)) <= 0,
    ),
    nothingLeftHeld: [...store.balances].every(([key, minor]) => !key.startsWith('buyer.held') || minor === 0n),
    invoicesEqualUsage: books.mismatched === 0,
    pricesReplay: books.repriced === 0,
    numbersWithoutGap: gap(books) === undefined,
  };
  const invoices = createHash('sha256')
    .update(books.invoices.map((each) => each.id).join('\n'))
    .digest('hex');
  return {
    digest: createHash('sha256').update(`${store.digest()}${invoices}`).digest('hex'),
    counts: {
      steps: store.steps,
      crashes: store.crashes,
      entries: store.entries.length,
      questions: tally.questions,
      repeated: tally.repeated,
      refunds: tally.refunds,
      invoices: books.invoices.length,
      upgrades: books.upgrades,
      downgrades: books.downgrades,
      cancellations: books.cancellations,
    },
    refusals: tally.refusedByCode,
    outcomes: tally.outcomes,
    checks,
    held: Object.values(checks).every(Boolean),
  };
}
