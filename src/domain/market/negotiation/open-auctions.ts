// Auctions in the open: English (ascending, soft close) and Dutch (descending clock).
import { Refusal } from '../../refusals';
import { ranked, type Auction, type Award, type Bid } from './auction';

/**
 * English: the bid is taken when it beats the best by the increment (or reaches the reserve as the first); a bid in the
 * last `extendSeconds` moves the end. Refuses BID_TOO_LOW with the least acceptable amount, BID_OWN_BEST.
 */
export function englishBid(
  auction: Auction,
  bids: readonly Bid[],
  bid: Bid,
  { now, extendSeconds }: { now: number; extendSeconds: number },
): Auction {
  const [best] = ranked(bids);
  const least = best === undefined ? auction.reserve : best.minor + auction.increment;
  if (bid.minor < least) throw new Refusal('BID_TOO_LOW', { auction: auction.id, least: String(least) });
  if (best?.bidder === bid.bidder) throw new Refusal('BID_OWN_BEST', { auction: auction.id });
  const extended = now + extendSeconds * 1000;
  return extended > auction.closesAt ? { ...auction, state: 'EXTENDED', closesAt: extended } : auction;
}

/** English: the best bid at its own price, if it reaches the reserve. */
export function englishAward(auction: Auction, bids: readonly Bid[]): Award | undefined {
  const [best] = ranked(bids);
  return best !== undefined && best.minor >= auction.reserve ? { bidder: best.bidder, minor: best.minor } : undefined;
}

/** Dutch: what the clock shows at `now`: start − step per tick, never below the reserve. */
export function dutchPrice(
  auction: Auction,
  { start, step, stepSeconds }: { start: bigint; step: bigint; stepSeconds: number },
  now: number,
): bigint {
  const ticks = now <= auction.opensAt ? 0n : BigInt(Math.floor((now - auction.opensAt) / (stepSeconds * 1000)));
  const price = start - step * ticks;
  return price > auction.reserve ? price : auction.reserve;
}

/** Dutch: the first "mine" on the ledger wins at the price the clock showed; a bid below that price is BID_TOO_LOW. */
export function dutchTake(auction: Auction, clock: Parameters<typeof dutchPrice>[1], bid: Bid, now: number): Award {
  const price = dutchPrice(auction, clock, now);
  if (bid.minor < price) throw new Refusal('BID_TOO_LOW', { auction: auction.id, least: String(price) });
  return { bidder: bid.bidder, minor: price };
}
