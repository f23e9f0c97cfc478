// The door of the market's client.
export { buy, place, settledOrder, type Bought, type Buying, type Ordered } from './buying';
export { MarketDesk, type Passed, type Purchase } from './desk';
export {
  type Curve,
  type IssuedInvoice,
  Market,
  type OfferEntry,
  type OrderEntry,
  type QuoteEntry,
  type SealedBid,
  type Wanted,
} from './market';
export { approveRight, type RightDraft, submitRight } from './rights';
