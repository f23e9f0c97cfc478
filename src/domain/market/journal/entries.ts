// The sentences the journal knows: each money movement of the market, by name, as one balanced entry.
import type { Money } from '../money';
import { account, type Account } from './accounts';
import { entry, move, type Entry, type Posting } from './entry';

interface Head {
  readonly id: string;
  readonly at: number;
  readonly subject: string;
}

/** Who receives a captured amount, and how much; must sum to the captured money. */
export interface Payout {
  readonly account: Account;
  readonly minor: bigint;
}

/** Money arrives from outside: a payment by signed webhook or an operator's record. */
export function paymentReceived(head: Head, buyer: string, amount: Money): Entry {
  return said(head, 'payment.received', move(account('external.wash'), account('buyer.available', buyer), amount));
}

export function holdPlaced(head: Head, buyer: string, amount: Money): Entry {
  return said(head, 'hold.placed', move(account('buyer.available', buyer), account('buyer.held', buyer), amount));
}

/** The whole hold comes back: released or expired. */
export function holdReturned(head: Head, buyer: string, amount: Money): Entry {
  return said(head, 'hold.returned', move(account('buyer.held', buyer), account('buyer.available', buyer), amount));
}

/**
 * Part of the hold, or all of it, is paid out; the rest of the hold returns to the buyer in the same entry.
 * Refuses ENTRY_NOT_ZERO when the payouts do not sum to what was captured.
 */
export function holdCaptured(
  head: Head,
  buyer: string,
  held: Money,
  captured: bigint,
  payouts: readonly Payout[],
): Entry {
  const { currency } = held;
  return said(head, 'hold.captured', [
    { account: account('buyer.held', buyer), currency, minor: -held.minor },
    { account: account('buyer.available', buyer), currency, minor: held.minor - captured },
    ...payouts.map((payout) => ({ ...payout, currency })),
  ]);
}

/** A refund takes back from the payees' accounts through `refund`, then to the buyer. Rho is never restored by it. */
export function refunded(head: Head, buyer: string, currency: string, takenFrom: readonly Payout[]): Entry {
  const total = takenFrom.reduce((sum, payout) => sum + payout.minor, 0n);
  return said(head, 'refund', [
    ...takenFrom.map((payout) => ({ account: payout.account, currency, minor: -payout.minor })),
    { account: account('refund'), currency, minor: total },
    { account: account('refund'), currency, minor: -total },
    { account: account('buyer.available', buyer), currency, minor: total },
  ]);
}

/** An owner, the tax office or the platform is paid out to the outside world. */
export function paidOut(head: Head, from: Account, amount: Money): Entry {
  return said(head, 'paid.out', move(from, account('external.wash'), amount));
}

/** Prepaid credit that expired unused. */
export function creditExpired(head: Head, buyer: string, amount: Money): Entry {
  return said(head, 'credit.expired', move(account('buyer.available', buyer), account('breakage'), amount));
}

function said(head: Head, reason: string, postings: readonly Posting[]): Entry {
  return entry({ ...head, reason, postings });
}
