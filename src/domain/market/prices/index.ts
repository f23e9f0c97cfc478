// The door of prices: the plan document, its check, and the one quote function.
export type { Appraisal, LineType, PriceContext, PriceLine, PriceModel, Usage, Words } from './model';
export { rolledOver } from './models/subscription-per-use';
export { Mechanism } from './models/negotiated';
export { periodCharge } from './models/tiers';
export { models } from './models';
export { modelOf, planId, planSchema, planWords, PricePlan, publishable } from './plan';
export { asJson, honour, quote, type Question, type Quote } from './quote';
