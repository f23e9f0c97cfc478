// Deposits are money holds like any other: returned, or lost to the seller.
import { captureHold, placeHold, releaseHold, type Hold } from '../../../domain/market/holds';
import { account, holdCaptured, holdPlaced, holdReturned } from '../../../domain/market/journal';
import { endHolds, holdsOf, placeHolds } from '../books/holds';
import { record } from '../books/journal';
import type { Tx } from '../store/sql';
import type { AuctionRow } from './store';

const subjectOf = (auction: string, bidder: string) => `deposit:${auction}:${bidder}`;

/** Held once an auction and bidder. Refuses BALANCE_TOO_LOW. */
export async function deposit(tx: Tx, it: AuctionRow, bidder: string, now: number): Promise<void> {
  const subject = subjectOf(it.id, bidder);
  if (it.deposit === 0n || (await holdsOf(tx, subject)).length > 0) return;
  const hold = placeHold({
    id: subject,
    kind: 'money',
    pool: account('buyer.available', bidder),
    amount: String(it.deposit),
    expiresAt: it.revealUntil,
  });
  await placeHolds(tx, subject, [hold]);
  await record(tx, holdPlaced({ id: `${subject}.hold`, at: now, subject }, bidder, amountOf(it)));
}

/** Minor units that are held for the bidder. */
export async function deposited(tx: Tx, it: AuctionRow, bidder: string): Promise<bigint> {
  const live = (await holdsOf(tx, subjectOf(it.id, bidder))).find((hold) => hold.state === 'HELD');
  return live === undefined ? 0n : BigInt(live.amount);
}

export async function giveBack(tx: Tx, it: AuctionRow, bidder: string, now: number): Promise<void> {
  const live = await liveHold(tx, it, bidder);
  if (live === undefined) return;
  await endHolds(tx, [releaseHold(live)]);
  await record(tx, holdReturned({ id: `${live.id}.return`, at: now, subject: live.id }, bidder, amountOf(it)));
}

/** Who never revealed, or did not pay, loses it to the seller. */
export async function forfeit(tx: Tx, it: AuctionRow, bidder: string, now: number): Promise<void> {
  const live = await liveHold(tx, it, bidder);
  if (live === undefined) return;
  await endHolds(tx, [captureHold(live)]);
  const pay = [{ account: account('owner.payable', it.seller), minor: it.deposit }];
  await record(
    tx,
    holdCaptured({ id: `${live.id}.lost`, at: now, subject: live.id }, bidder, amountOf(it), it.deposit, pay),
  );
}

async function liveHold(tx: Tx, it: AuctionRow, bidder: string): Promise<Hold | undefined> {
  return (await holdsOf(tx, subjectOf(it.id, bidder))).find((hold) => hold.state === 'HELD');
}

const amountOf = ({ deposit: minor, currency }: AuctionRow) => ({ minor, currency });
