// The door of shares.
export { weights, type Contribution, type Weight } from './contributions';
export { payouts, sumsTo, type Capture, type PayoutLine } from './payout';
export { ShareRule, shareRuleId } from './rule';
export { sampledShapley, shapley, type Value } from './shapley';
