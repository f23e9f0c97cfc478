// The door of valuation.
export { cost, income, market } from './approaches';
export { binomial, blackScholes, normalCdf, tree, type Option } from './option';
export { tornado, type Step, type Swing, type Valued } from './steps';
export { stressed, waterfall, type Tranche, type TranchePaid, type Waterfall } from './waterfall';
export { ahp, entropyWeights, greyRelation, type Ahp, type EntropyWeights, type GreyRelation } from './weights';
