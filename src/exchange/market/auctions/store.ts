// Auctions, bids and awards as rows.
import type { Auction, AuctionState, Award, Bid, Commitment } from '../../../domain/market/negotiation';
import type { Mechanism } from '../../../domain/market/prices';
import { Refusal } from '../../../domain/refusals';
import { first, rows, type Tx } from '../store/sql';

export interface AuctionRow extends Auction {
  readonly product: string;
  readonly plan: string;
  readonly rule: string;
  readonly seller: string;
  readonly mechanism: Exclude<Mechanism, { by: 'bargaining' }>;
}

export interface AwardRow extends Award {
  readonly state: 'AWARDED' | 'SETTLED' | 'DEFAULTED';
  readonly payUntil: number;
  readonly agreement: string | null;
}

/** Refuses AUCTION_UNKNOWN. */
export async function auctionOf(tx: Tx, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<AuctionRow> {
  const row = await first<{
    id: string;
    product: string;
    plan: string;
    rule: string;
    seller: string;
    currency: string;
    mechanism: AuctionRow['mechanism'];
    state: AuctionState;
    opens_at: string;
    closes_at: string;
    reveal_until: string;
  }>(tx, `SELECT * FROM market_auctions WHERE id = $1 ${lock}`, [id]);
  if (row === undefined) throw new Refusal('AUCTION_UNKNOWN', { auction: id });
  const { opens_at, closes_at, reveal_until, ...rest } = row;
  return {
    ...rest,
    reserve: BigInt(row.mechanism.reserve),
    increment: BigInt(row.mechanism.increment),
    deposit: BigInt(row.mechanism.deposit),
    opensAt: Number(opens_at),
    closesAt: Number(closes_at),
    revealUntil: Number(reveal_until),
  };
}

export const insertAuction = (tx: Tx, it: AuctionRow) =>
  tx.query(
    `INSERT INTO market_auctions (id, product, plan, rule, seller, currency, mechanism, state, opens_at, closes_at, reveal_until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      it.id,
      it.product,
      it.plan,
      it.rule,
      it.seller,
      it.currency,
      it.mechanism,
      it.state,
      it.opensAt,
      it.closesAt,
      it.revealUntil,
    ],
  );

export const saveAuction = (tx: Tx, it: Auction) =>
  tx.query('UPDATE market_auctions SET state = $2, closes_at = $3, reveal_until = $4 WHERE id = $1', [
    it.id,
    it.state,
    it.closesAt,
    Math.max(it.revealUntil, it.closesAt),
  ]);

interface BidRow {
  readonly bidder: string;
  readonly sequence: string;
  readonly minor: string | null;
  readonly sealed: string | null;
}

const bidRows = (tx: Tx, auction: string) =>
  rows<BidRow>(tx, 'SELECT bidder, sequence, minor, sealed FROM market_bids WHERE auction = $1 ORDER BY sequence', [
    auction,
  ]);

/** Bids whose amount is known: open ones, and sealed ones that were revealed. */
export async function bidsOf(tx: Tx, auction: string): Promise<Bid[]> {
  return (await bidRows(tx, auction)).flatMap(({ bidder, sequence, minor }) =>
    minor === null ? [] : [{ bidder, sequence: Number(sequence), minor: BigInt(minor) }],
  );
}

export async function commitmentsOf(tx: Tx, auction: string): Promise<Commitment[]> {
  return (await bidRows(tx, auction)).flatMap(({ bidder, sequence, sealed }) =>
    sealed === null ? [] : [{ bidder, sequence: Number(sequence), hash: sealed as Commitment['hash'] }],
  );
}

export const insertBid = (
  tx: Tx,
  auction: string,
  bid: { bidder: string; sequence: number; minor?: bigint; sealed?: string; at: number },
) =>
  tx.query(
    `INSERT INTO market_bids (auction, bidder, sequence, minor, sealed, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [auction, bid.bidder, bid.sequence, bid.minor === undefined ? null : String(bid.minor), bid.sealed ?? null, bid.at],
  );

export async function awardsOf(tx: Tx, auction: string): Promise<AwardRow[]> {
  const found = await rows<{
    bidder: string;
    minor: string;
    state: AwardRow['state'];
    pay_until: string;
    agreement: string | null;
  }>(tx, 'SELECT bidder, minor, state, pay_until, agreement FROM market_awards WHERE auction = $1 ORDER BY bidder', [
    auction,
  ]);
  return found.map(({ pay_until, minor, ...row }) => ({ ...row, minor: BigInt(minor), payUntil: Number(pay_until) }));
}

export const saveAward = (tx: Tx, auction: string, it: AwardRow) =>
  tx.query(
    `INSERT INTO market_awards (auction, bidder, minor, state, pay_until, agreement) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (auction, bidder) DO UPDATE SET state = $4, agreement = $6`,
    [auction, it.bidder, String(it.minor), it.state, it.payUntil, it.agreement],
  );
