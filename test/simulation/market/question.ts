// One paid question as the steps a server would take, each written once, interleaved with everybody else's.
import { emptyPool, settleHold, wholeUnits, type Hold, type Pool } from '../../../src/domain/market/holds';

import {
  account as accountKey,
  balanceOf,
  holdCaptured,
  holdPlaced,
  holdReturned,
  paymentReceived,
  refunded,
  type Entry,
} from '../../../src/domain/market/journal';
import {
  honour,
  quote,
  type PriceContext,
  type Question,
  type Quote,
  type Usage,
} from '../../../src/domain/market/prices';
import { advance, endSaga, reserve, type OutcomeName, type Saga } from '../../../src/domain/market/saga';
import { payouts, type PayoutLine } from '../../../src/domain/market/shares';
import { Refusal } from '../../../src/domain/refusals';
import type { Chance } from '../../attacks/market/chance';
import type { Change, Store } from './store';
import { owners, poolsOf, rule, type Account, type Owner } from './world';

export interface Tally {
  questions: number;
  refusedByCode: Record<string, number>;
  outcomes: Record<string, number>;
  secondEndings: number;
  secondEndingsRefused: number;
  refunds: number;
  repeated: number;
}

export type Step = () => void;
interface Asked {
  readonly id: string;
  readonly usage: Usage;
  readonly context: PriceContext;
  readonly question: Question;
  readonly owner: Owner;
  readonly month: number;
  quote?: Quote;
  stopped: boolean;
  paid?: readonly PayoutLine[];
}

const limits = { runs: 60, rho: '1/4' };

export function context(account: Account, now: number): PriceContext {
  return {
    now,
    buyer: { id: account.id, verified: true, credentials: [] },
    purpose: 'research',
    runsBefore: account.runs,
    rolledOver: account.rolledOver,
  };
}

/** The five steps of one question; later steps do nothing once it was refused. */
export function questionSteps(
  store: Store,
  account: Account,
  chance: Chance,
  tally: Tally,
  id: string,
  month: number,
  now: number,
): readonly Step[] {
  const owner = chance.pick(owners);
  let asked: Asked | undefined;
  const ask = (): Asked => (asked ??= newQuestion(account, chance, id, owner, month, now));
  const outcome = chance.pick([
    'answered',
    'answered',
    'answered',
    'answered',
    'refused-before-data',
    'failed-after-data',
    'expired-while-running',
  ] as const);
  const score = `0.${String(chance.between(0, 9))}`;
  const refund = chance.perMille(60);
  const steps: ((it: Asked) => void)[] = [
    (it) => quoteIt(store, account, tally, it),
    (it) => reserveIt(store, account, tally, it),
    () => store.durable(`${id}.run`, () => ({ sagas: [advance(sagaOf(store, id), 'RUNNING')] })),
    (it) => endIt(store, account, tally, it, outcome, score),
    (it) => endAgain(store, tally, it),
    (it) => {
      if (refund) refundIt(store, account, tally, it);
    },
  ];
  return steps.map((step, index) => () => {
    const it = ask();
    if (it.stopped) return;
    try {
      step(it);
    } catch (error) {
      if (!(error instanceof Refusal) || index > 1) throw error;
      it.stopped = true;
      tally.refusedByCode[error.code] = (tally.refusedByCode[error.code] ?? 0) + 1;
      const saga = store.sagas.get(id);
      if (saga?.state === 'QUOTED')
        store.durable(`${id}.void`, () => ({ sagas: [endSaga(saga, [], 'withdrawn-by-buyer', { now }).saga] }));
    }
  });
}

function newQuestion(account: Account, chance: Chance, id: string, owner: Owner, month: number, now: number): Asked {
  return {
    id,
    usage: { event: 'run', runs: 1n, rho: chance.pick(['1/200', '1/500', '3/1000']), repeated: chance.perMille(100) },
    context: context(account, now),
    question: { template: 't', binding: id, repository: owner, dataVersion: '1' },
    owner,
    month,
    stopped: false,
  };
}

function quoteIt(store: Store, account: Account, tally: Tally, it: Asked): void {
  tally.questions += 1;
  store.durable(`${it.id}.quote`, () => {
    const made = quote(account.plan, it.usage, it.context, it.question);
    it.quote = made;
    const saga: Saga = { id: it.id, buyer: account.id, quote: made.id, state: 'QUOTED', outcome: null, holds: {} };
    return { sagas: [saga] };
  });
}

function reserveIt(store: Store, account: Account, tally: Tally, it: Asked): void {
  const quoted = quoteOf(it);
  honour(quoted, { buyer: account.id, question: it.question, now: it.context.now + 1000 });
  topUp(store, account, it.id, quoted.hold, it.context.now);
  store.durable(`${it.id}.reserve`, () => {
    const { quota, rho } = poolsOf(store, it.owner, it.month, limits);
    const money = emptyPool(
      `${account.id}.money`,
      'money',
      String(balanceOf(store.balances, accountKey('buyer.available', account.id), account.currency)),
    );
    const free = it.usage.repeated;
    if (free) tally.repeated += 1;
    const reserved = reserve(
      sagaOf(store, it.id),
      [
        { kind: 'money', amount: String(quoted.hold), pool: money },
        { kind: 'quota', amount: free ? '0' : '1', pool: quota },
        { kind: 'rho', amount: quoted.rho, pool: rho },
      ],
      it.context.now + 600_000,
    );
    const head = { id: `${it.id}.held`, at: it.context.now, subject: it.id };
    const amount = { minor: quoted.hold, currency: account.currency };
    return {
      sagas: [reserved.saga],
      holds: reserved.holds,
      pools: reserved.pools.filter((pool) => pool.kind !== 'money'),
      entries: quoted.hold > 0n ? [holdPlaced(head, account.id, amount)] : [],
    };
  });
}

function endIt(store: Store, account: Account, tally: Tally, it: Asked, outcome: OutcomeName, score: string): void {
  const quoted = quoteOf(it);
  const final =
    account.kind === 'feedback' && !it.usage.repeated && outcome === 'answered' ? settled(account, it, score) : quoted;
  const now = it.context.now + (outcome === 'expired-while-running' ? 700_000 : 5000);
  store.durable(`${it.id}.end`, (): Change => {
    const ended = endSaga(sagaOf(store, it.id), holdsOf(store, it.id), outcome, {
      now,
      moneyPart: String(final.total),
    });
    const pools = ended.holds
      .filter((hold) => hold.kind !== 'money')
      .map((hold) => settleHold(poolOf(store, hold), hold));
    const money = ended.holds.find((hold) => hold.kind === 'money');
    const paid = money?.state === 'CAPTURED' && final.total > 0n ? shared(account, final.total, it) : [];
    it.paid = paid;
    return {
      sagas: [ended.saga],
      holds: ended.holds,
      pools,
      entries: money === undefined ? [] : [moneyEntry(account, it, money, paid, now)],
      also: () => {
        tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
        if (outcome !== 'answered') {
          it.stopped = outcome !== 'failed-after-data';
          return;
        }
        if (!it.usage.repeated) account.runs += 1n;
        const settle = final === quoted ? it.usage : { ...it.usage, event: 'settle' as const };
        const scored = final === quoted ? it.context : { ...it.context, score };
        account.lines.push({
          plan: account.plan,
          usage: settle,
          context: scored,
          quote: final,
          minor: final.total,
          prorated: null,
        });
      },
    };
  });
}

function settled(account: Account, it: Asked, score: string): Quote {
  return quote(account.plan, { ...it.usage, event: 'settle' }, { ...it.context, score }, it.question);
}

function moneyEntry(account: Account, it: Asked, money: Hold, paid: readonly PayoutLine[], at: number): Entry {
  const head = { id: `${it.id}.ended`, at, subject: it.id };
  const held = { minor: wholeUnits(money.amount), currency: account.currency };
  if (money.state !== 'CAPTURED') return holdReturned(head, account.id, held);
  return holdCaptured(head, account.id, held, wholeUnits(money.captured), paid);
}

/** Ending twice must be refused, by the saga and by every hold, whoever tries. */
function endAgain(store: Store, tally: Tally, it: Asked): void {
  tally.secondEndings += 1;
  try {
    endSaga(sagaOf(store, it.id), holdsOf(store, it.id), 'answered', { now: it.context.now });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tally.secondEndingsRefused += 1;
  }
}

/** A refund: the payees give back, the buyer gets the money, rho stays spent, the usage line is credited. */
function refundIt(store: Store, account: Account, tally: Tally, it: Asked): void {
  const paid = it.paid ?? [];
  const line = account.lines.find((each) => each.quote === it.quote);
  if (paid.length === 0 || line === undefined) return;
  store.durable(`${it.id}.refund`, () => ({
    entries: [
      refunded({ id: `${it.id}.refunded`, at: it.context.now, subject: it.id }, account.id, account.currency, paid),
    ],
    also: () => {
      tally.refunds += 1;
      account.lines = account.lines.filter((each) => each !== line);
    },
  }));
}

export function shared(account: Account, minor: bigint, it: { owner: Owner; usage: Usage }): readonly PayoutLine[] {
  const contribution = (owner: string, noised: bigint, newcomer = false) => ({
    owner,
    entity: owner,
    fingerprint: owner,
    noised,
    newcomer,
  });
  return payouts(rule, {
    minor,
    currency: account.currency,
    rho: it.usage.rho === '0' ? [] : [{ owner: it.owner, rho: it.usage.rho }],
    contributions: [contribution(it.owner, 700n), contribution('district', 211n, true)],
    processors: [{ id: 'bureau', shareBp: 10_000 }],
    licensors: [],
  });
}

/** Money comes in from outside when the account is short. */
export function topUp(store: Store, account: Account, id: string, need: bigint, at: number): void {
  store.durable(`${id}.topup`, () => {
    const has = balanceOf(store.balances, accountKey('buyer.available', account.id), account.currency);
    if (has >= need) return {};
    return {
      entries: [
        paymentReceived({ id: `payment:${id}`, at, subject: id }, account.id, {
          minor: need - has + 5000n,
          currency: account.currency,
        }),
      ],
    };
  });
}

export function sagaOf(store: Store, id: string): Saga {
  const found = store.sagas.get(id);
  if (found === undefined) throw new Error(`no saga ${id}`);
  return found;
}

function holdsOf(store: Store, id: string): readonly Hold[] {
  return Object.values(sagaOf(store, id).holds).flatMap((hold) => store.holds.get(hold) ?? []);
}

function poolOf(store: Store, hold: Hold): Pool {
  const found = store.pools.get(hold.pool);
  if (found === undefined) throw new Error(`no pool ${hold.pool}`);
  return found;
}

function quoteOf(it: Asked): Quote {
  if (it.quote === undefined) throw new Error(`no quote for ${it.id}`);
  return it.quote;
}
