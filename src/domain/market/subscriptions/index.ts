// The door of subscriptions: their life, and the grants they burn.
export { burn, burnOrder, expireGrants, type Burn, type Grant } from './grants';
export {
  atPeriodEnd,
  cancel,
  changePlan,
  moveSubscription,
  subscriptionMoves,
  type Subscription,
  type SubscriptionState,
} from './subscription';
