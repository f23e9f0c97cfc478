// One immutable journal entry: postings that sum to zero in every currency, or no entry at all.
import { Refusal } from '../../refusals';
import { exponentOf, type Money } from '../money';
import type { Account } from './accounts';

export interface Posting {
  readonly account: Account;
  readonly currency: string;
  /** Minor units; positive credits the account, negative debits it; never zero. */
  readonly minor: bigint;
}

export interface Entry {
  readonly id: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Why, by a stable word such as `order.hold`; reports group by it. */
  readonly reason: string;
  /** What it is about: an order, an invoice, a payment. */
  readonly subject: string;
  /** The entry this one corrects; the original stays. */
  readonly corrects?: string;
  readonly postings: readonly Posting[];
}

/** The entry, frozen. Refuses ENTRY_NOT_ZERO with the currency, ENTRY_EMPTY, CURRENCY_UNKNOWN. Zero postings are dropped. */
export function entry(draft: Entry): Entry {
  const postings = draft.postings.filter((posting) => posting.minor !== 0n);
  if (postings.length === 0) throw new Refusal('ENTRY_EMPTY', { entry: draft.id });
  for (const [currency, sum] of sums(postings)) {
    exponentOf(currency);
    if (sum !== 0n) throw new Refusal('ENTRY_NOT_ZERO', { entry: draft.id, currency, difference: String(sum) });
  }
  return Object.freeze({ ...draft, postings: Object.freeze(postings) });
}

/** Two postings that move `amount` from one account to another. */
export function move(from: Account, to: Account, { minor, currency }: Money): readonly Posting[] {
  return [
    { account: from, currency, minor: -minor },
    { account: to, currency, minor },
  ];
}

/** A new entry that undoes `original` posting by posting. */
export function reversal(original: Entry, { id, at, reason }: Pick<Entry, 'id' | 'at' | 'reason'>): Entry {
  const postings = original.postings.map((posting) => ({ ...posting, minor: -posting.minor }));
  return entry({ id, at, reason, subject: original.subject, corrects: original.id, postings });
}

/** Sum per currency; all zero for anything `entry` let through. */
export function sums(postings: readonly Posting[]): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  for (const { currency, minor } of postings) found.set(currency, (found.get(currency) ?? 0n) + minor);
  return found;
}
