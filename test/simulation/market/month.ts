// One account's month: the fee at its start, questions, changes of plan, the close, the invoice.
import { gapIn, invoice, nextNumber, type Invoice, type InvoiceLine } from '../../../src/domain/market/invoices';
import { holdCaptured, holdPlaced } from '../../../src/domain/market/journal';
import { periodAt, upgrade } from '../../../src/domain/market/periods';
import { quote, rolledOver, type Usage } from '../../../src/domain/market/prices';
import type { Chance } from '../../attacks/market/chance';
import { plans } from './plans';
import { context, questionSteps, shared, topUp, type Step, type Tally } from './question';
import type { Store } from './store';
import type { Account, UsageLine } from './world';

export interface Books {
  readonly invoices: Invoice[];
  /** Lines whose price, worked out again from its stored inputs, came out different. */
  repriced: number;
  /** Invoices whose net is not what the journal took for the period. */
  mismatched: number;
  upgrades: number;
  downgrades: number;
  cancellations: number;
}

const once = (event: Usage['event']): Usage => ({ event, runs: 0n, rho: '0', repeated: false });

/** The month as a list of steps; each is durable by itself and can be interleaved with other accounts' steps. */
export function monthSteps(
  store: Store,
  account: Account,
  month: number,
  chance: Chance,
  tally: Tally,
  books: Books,
): readonly Step[] {
  if (!account.active) return [];
  const id = `${account.id}.${String(month)}`;
  const period = periodAt(account.cycle, month);
  const span = period.end - period.start;
  const steps: Step[] = [
    () => {
      openPeriod(store, account, month, id);
    },
  ];
  const asks = chance.between(0, 5);
  for (let ask = 0; ask < asks; ask += 1) {
    const now = period.start + Math.floor((span * (ask + 1)) / (asks + 2));
    steps.push(...questionSteps(store, account, chance, tally, `${id}.q${String(ask)}`, month, now));
    if (chance.perMille(80))
      steps.push(() => {
        changePlan(store, account, chance, books, `${id}.c${String(ask)}`, now + 1000);
      });
  }
  if (chance.perMille(10))
    steps.push(() => {
      account.cancelAtEnd = true;
      books.cancellations += 1;
    });
  steps.push(() => {
    closePeriod(store, account, id, books);
  });
  return steps;
}

function openPeriod(store: Store, account: Account, month: number, id: string): void {
  const period = periodAt(account.cycle, month);
  account.period = period;
  if (account.nextPlan !== null) [account.plan, account.nextPlan] = [account.nextPlan, null];
  account.runs = 0n;
  account.lines = [];
  charge(store, account, `${id}.start`, once('start'), period.start);
  const fee = account.lines[0]?.minor ?? 0n;
  account.running = account.kind === 'fixed' ? { start: period.start, end: period.end, minor: fee } : null;
}

/** Charges a usage that needs no saga: hold and capture at once, in one step. */
function charge(store: Store, account: Account, id: string, usage: Usage, now: number): void {
  const made = quote(account.plan, usage, context(account, now));
  if (made.lines.length === 0) return;
  take(store, account, id, made.total, now, () => {
    account.lines.push({
      plan: account.plan,
      usage,
      context: context(account, now),
      quote: made,
      minor: made.total,
      prorated: null,
    });
  });
}

function take(store: Store, account: Account, id: string, minor: bigint, now: number, also: () => void): void {
  topUp(store, account, id, minor, now);
  store.durable(id, () => {
    if (minor === 0n) return { also };
    const amount = { minor, currency: account.currency };
    const head = { at: now, subject: id };
    const lines = shared(account, minor, { owner: 'city', usage: once('start') });
    const entries = [
      holdPlaced({ ...head, id: `${id}.held` }, account.id, amount),
      holdCaptured({ ...head, id: `${id}.taken` }, account.id, amount, minor, lines),
    ];
    return { entries, also };
  });
}

/** A dearer fixed plan takes over now with credit for the unused time; a cheaper one waits for the period's end. */
function changePlan(store: Store, account: Account, chance: Chance, books: Books, id: string, now: number): void {
  const running = account.running;
  if (account.kind !== 'fixed' || running === null || account.plan.terms.model !== 'subscription-fixed') return;
  const fee = BigInt(account.plan.terms.fee);
  const next = plans.fixed(account.currency, 100 * chance.between(5, 150));
  const price = next.terms.model === 'subscription-fixed' ? BigInt(next.terms.fee) : 0n;
  if (price <= fee) {
    account.nextPlan = next;
    books.downgrades += 1;
    return;
  }
  const change = upgrade(running, account.period, price, now);
  if (change.due < 0n) return;
  const made = quote(next, once('start'), context(account, now));
  take(store, account, id, change.due, now, () => {
    account.plan = next;
    account.nextPlan = null;
    account.running = change.charge;
    const line = { plan: next, usage: once('start'), context: context(account, now), quote: made, minor: change.due };
    account.lines.push({ ...line, prorated: change.charge });
    books.upgrades += 1;
  });
}

function closePeriod(store: Store, account: Account, id: string, books: Books): void {
  charge(store, account, `${id}.close`, once('close'), account.period.end - 1000);
  const { terms } = account.plan;
  if (terms.model === 'subscription-per-use') {
    const left = BigInt(terms.included) + account.rolledOver - account.runs;
    account.rolledOver = rolledOver(left > 0n ? left : 0n, terms.rollOver);
  }
  if (account.lines.length > 0) issue(store, account, id, books);
  if (account.cancelAtEnd) account.active = false;
}

function issue(store: Store, account: Account, id: string, books: Books): void {
  for (const line of account.lines) if (!samePrice(line)) books.repriced += 1;
  store.durable(`${id}.invoice`, () => {
    const year = new Date(account.period.end).getUTCFullYear();
    const last = books.invoices.findLast((each) => each.number.startsWith(`${String(year)}-`))?.number ?? null;
    const made = invoice({
      number: nextNumber(year, last),
      seller: 'exchange',
      buyer: account.id,
      currency: account.currency,
      period: { start: account.period.start, end: account.period.end },
      issuedAt: account.period.end,
      dueAt: account.period.end + 14 * 86_400_000,
      lines: account.lines.map(printed),
    });
    return {
      also: () => {
        books.invoices.push(made);
        if (made.net !== takenFor(store, id)) books.mismatched += 1;
      },
    };
  });
}

/** The price agreed, worked out again from stored inputs alone; a prorated line from what it replaced. */
function samePrice(line: UsageLine): boolean {
  const again = quote(line.plan, line.usage, line.context, line.quote.question);
  return again.id === line.quote.id && (line.prorated !== null || again.total === line.minor);
}

function printed(line: UsageLine): InvoiceLine {
  const type = line.quote.lines[0]?.type ?? 'FIXED';
  return {
    text: { en: line.usage.event, zh: line.usage.event },
    type,
    quantity: line.usage.runs,
    minor: line.minor,
    taxBp: 0,
  };
}

/** What the journal took from the buyer for this month: captures minus refunds, read from the entries. */
function takenFor(store: Store, id: string): bigint {
  const mine = store.entries.filter((each) => each.subject === id || each.subject.startsWith(`${id}.`));
  let sum = 0n;
  for (const { reason, postings } of mine) {
    if (reason !== 'hold.captured' && reason !== 'refund') continue;
    for (const { account, minor } of postings) {
      if (account !== 'refund' && !account.startsWith('buyer.')) sum += minor;
    }
  }
  return sum;
}

/** First missing invoice number, over all years. */
export function gap(books: Books): string | undefined {
  const years = [...new Set(books.invoices.map((each) => Number(each.number.slice(0, 4))))];
  return years
    .map((year) =>
      gapIn(
        year,
        books.invoices.map((each) => each.number).filter((number) => number.startsWith(String(year))),
      ),
    )
    .find(Boolean);
}
