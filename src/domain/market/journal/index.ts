// The door of the journal: accounts, balanced entries, balances as projections.
export { account, accountKinds, kindOf, mayBeNegative, type Account, type AccountKind } from './accounts';
export { balanceOf, currenciesOff, post, project, type Balances } from './balances';
export {
  creditExpired,
  holdCaptured,
  holdPlaced,
  holdReturned,
  paidOut,
  paymentReceived,
  refunded,
  type Payout,
} from './entries';
export { entry, move, reversal, sums, type Entry, type Posting } from './entry';
