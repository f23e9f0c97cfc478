// The life of an auction, for every kind: the table, the clock's edges, deposits and what happens when a winner defaults.
import { Refusal } from '../../refusals';

export const auctionMoves = {
  DRAFT: ['SCHEDULED', 'CANCELLED'],
  SCHEDULED: ['OPEN', 'CANCELLED'],
  OPEN: ['EXTENDED', 'CLOSED', 'CANCELLED'],
  EXTENDED: ['EXTENDED', 'CLOSED', 'CANCELLED'],
  CLOSED: ['REVEAL', 'AWARDED', 'FAILED_RESERVE'],
  REVEAL: ['AWARDED', 'FAILED_RESERVE'],
  AWARDED: ['SETTLED', 'AWARDED', 'FAILED_RESERVE'],
  SETTLED: [],
  FAILED_RESERVE: [],
  CANCELLED: [],
} as const;
export type AuctionState = keyof typeof auctionMoves;

/** The terms every auction has, instants in ms UTC of the exchange's clock. */
export interface Auction {
  readonly id: string;
  readonly state: AuctionState;
  readonly currency: string;
  readonly reserve: bigint;
  readonly increment: bigint;
  readonly deposit: bigint;
  readonly opensAt: number;
  /** First instant at which no bid is taken. */
  readonly closesAt: number;
  /** First instant at which no reveal is taken; equal to `closesAt` for open auctions. */
  readonly revealUntil: number;
}

/** A bid, or a revealed one. `sequence` is its place on the ledger: the tie rule. */
export interface Bid {
  readonly bidder: string;
  readonly minor: bigint;
  readonly sequence: number;
}

export interface Award {
  readonly bidder: string;
  readonly minor: bigint;
}

/** The auction one state on; refuses AUCTION_MOVE. */
export function moveAuction(auction: Auction, to: AuctionState): Auction {
  const allowed: readonly AuctionState[] = auctionMoves[auction.state];
  if (!allowed.includes(to)) throw new Refusal('AUCTION_MOVE', { auction: auction.id, state: auction.state, to });
  return { ...auction, state: to };
}

/** Refuses BID_EARLY, BID_LATE, AUCTION_MOVE, CURRENCY_MISMATCH, DEPOSIT_MISSING. */
export function needBiddable(auction: Auction, bid: { currency: string; now: number; deposited: bigint }): void {
  if (auction.state !== 'OPEN' && auction.state !== 'EXTENDED') {
    throw new Refusal(auction.state === 'SCHEDULED' ? 'BID_EARLY' : 'BID_LATE', {
      auction: auction.id,
      state: auction.state,
    });
  }
  if (bid.now < auction.opensAt) throw new Refusal('BID_EARLY', { auction: auction.id });
  if (bid.now >= auction.closesAt) throw new Refusal('BID_LATE', { auction: auction.id });
  if (bid.currency !== auction.currency) {
    throw new Refusal('CURRENCY_MISMATCH', { expected: auction.currency, given: bid.currency });
  }
  if (bid.deposited < auction.deposit) throw new Refusal('DEPOSIT_MISSING', { auction: auction.id });
}

/** Highest first; equal bids by earliest ledger sequence. */
export function ranked(bids: readonly Bid[]): readonly Bid[] {
  return [...bids].sort((a, b) => (a.minor === b.minor ? a.sequence - b.sequence : a.minor > b.minor ? -1 : 1));
}

/**
 * The winner did not pay: its deposit goes to the seller, and the next eligible bidder is offered the good at its own
 * price. None left means FAILED_RESERVE.
 */
export function afterDefault(bids: readonly Bid[], defaulted: readonly string[], reserve: bigint): Award | undefined {
  const next = ranked(bids).find((bid) => !defaulted.includes(bid.bidder) && bid.minor >= reserve);
  return next && { bidder: next.bidder, minor: next.minor };
}

/** Who gets a deposit back at the end, and whose is lost: those who never revealed, and those who defaulted. */
export function deposits(
  bidders: readonly string[],
  { revealed, defaulted }: { revealed: readonly string[]; defaulted: readonly string[] },
): readonly { readonly bidder: string; readonly lost: boolean }[] {
  return bidders.map((bidder) => ({ bidder, lost: !revealed.includes(bidder) || defaulted.includes(bidder) }));
}
