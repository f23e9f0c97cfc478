// Balances are projections of the journal; nothing stores one that cannot be computed again.
import { Refusal } from '../../refusals';
import { mayBeNegative, type Account } from './accounts';
import { sums, type Entry } from './entry';

/** `account|currency` → minor units. */
export type Balances = ReadonlyMap<string, bigint>;

export function balanceOf(balances: Balances, account: Account, currency: string): bigint {
  return balances.get(`${account}|${currency}`) ?? 0n;
}

/**
 * The balances after one more entry. Refuses BALANCE_TOO_LOW when an account that may not go below zero would, and
 * ENTRY_TWICE is left to the store's unique id.
 */
export function post(balances: Balances, next: Entry): Balances {
  const after = new Map(balances);
  for (const { account, currency, minor } of next.postings) {
    const key = `${account}|${currency}`;
    after.set(key, (after.get(key) ?? 0n) + minor);
  }
  for (const { account, currency } of next.postings) needCover(after, account, currency);
  return after;
}

/** Balances of a whole journal, oldest entry first. */
export function project(entries: readonly Entry[]): Balances {
  return entries.reduce(post, new Map<string, bigint>());
}

/** The books' first check: per currency, everything sums to zero. Returns the currencies that do not. */
export function currenciesOff(entries: readonly Entry[]): readonly string[] {
  const all = sums(entries.flatMap((each) => each.postings));
  return [...all].filter(([, sum]) => sum !== 0n).map(([currency]) => currency);
}

function needCover(balances: Balances, account: Account, currency: string): void {
  if (mayBeNegative(account) || balanceOf(balances, account, currency) >= 0n) return;
  throw new Refusal('BALANCE_TOO_LOW', { account, currency });
}
