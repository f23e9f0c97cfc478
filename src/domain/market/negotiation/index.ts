// The door of negotiation: bargaining and auctions.
export {
  afterDefault,
  auctionMoves,
  deposits,
  moveAuction,
  needBiddable,
  ranked,
  type Auction,
  type AuctionState,
  type Award,
  type Bid,
} from './auction';
export {
  accept,
  bargainMoves,
  counter,
  end,
  lapse,
  lastOffer,
  open,
  type Bargain,
  type BargainState,
  type EndReason,
  type Offer,
  type Side,
} from './bargaining';
export { dutchPrice, dutchTake, englishAward, englishBid } from './open-auctions';
export {
  commitment,
  firstPrice,
  reveal,
  secondPrice,
  uniformPrice,
  type Commitment,
  type Opening,
} from './sealed-auctions';
