// The door of the market's client.
export { ledgerOf } from './ledger';
export { buy, type Bought, type Buying } from './buying';
export { Market, type OfferEntry, type OrderEntry, type QuoteEntry, type SealedBid, type Wanted } from './market';
