// Sealed bids: a commitment on the ledger first, the amount later. First price, second price, uniform for k units.
import { contentId, isContentId, type ContentId } from '../../canonical';
import { Refusal } from '../../refusals';
import { ranked, type Auction, type Award, type Bid } from './auction';

export interface Opening {
  readonly auction: string;
  readonly bidder: string;
  readonly minor: bigint;
  readonly currency: string;
  /** 32 random bytes as 64 hex digits, the bidder's own; without it small amounts could be guessed. */
  readonly salt: string;
}

export interface Commitment {
  readonly bidder: string;
  readonly hash: ContentId;
  readonly sequence: number;
}

/** What goes on the ledger before the close: nothing about the amount can be read from it. Refuses SALT_SHORT. */
export function commitment(opening: Opening): ContentId {
  if (!/^[0-9a-f]{64}$/.test(opening.salt)) throw new Refusal('SALT_SHORT');
  return contentId('aggregora/sealed-bid/1', { ...opening, minor: String(opening.minor) });
}

/** The bid behind a commitment. Refuses REVEAL_EARLY, REVEAL_LATE, REVEAL_UNKNOWN (no such commitment), REVEAL_MISMATCH. */
export function reveal(auction: Auction, commitments: readonly Commitment[], opening: Opening, now: number): Bid {
  if (now < auction.closesAt) throw new Refusal('REVEAL_EARLY', { auction: auction.id });
  if (now >= auction.revealUntil) throw new Refusal('REVEAL_LATE', { auction: auction.id });
  const sealed = commitments.find((each) => each.bidder === opening.bidder);
  if (sealed === undefined || !isContentId(sealed.hash)) throw new Refusal('REVEAL_UNKNOWN', { auction: auction.id });
  const fits = opening.auction === auction.id && opening.currency === auction.currency && opening.minor >= 0n;
  if (!fits || commitment(opening) !== sealed.hash) throw new Refusal('REVEAL_MISMATCH', { auction: auction.id });
  return { bidder: opening.bidder, minor: opening.minor, sequence: sealed.sequence };
}

/** The highest bid pays itself, if it reaches the reserve. */
export function firstPrice(auction: Auction, bids: readonly Bid[]): Award | undefined {
  const [best] = eligible(auction, bids);
  return best && { bidder: best.bidder, minor: best.minor };
}

/** The highest bid pays max(second bid, reserve) (Vickrey 1961). */
export function secondPrice(auction: Auction, bids: readonly Bid[]): Award | undefined {
  return uniformPrice(auction, bids, 1)[0];
}

/** The k highest each pay max((k+1)-th bid, reserve); one unit a bidder. */
export function uniformPrice(auction: Auction, bids: readonly Bid[], units: number): readonly Award[] {
  const order = eligible(auction, bids);
  const next = order[units]?.minor ?? auction.reserve;
  const minor = next > auction.reserve ? next : auction.reserve;
  return order.slice(0, units).map(({ bidder }) => ({ bidder, minor }));
}

function eligible(auction: Auction, bids: readonly Bid[]): readonly Bid[] {
  return ranked(bids).filter((bid) => bid.minor >= auction.reserve);
}
