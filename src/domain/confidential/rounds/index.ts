// The door of fits by rounds.
export { fitOf, parametersOf, roundPlan, type Fit, type PlannedRound, type Released } from './fit';
export { exponential, found, soFar, type Coefficient, type FoundFit } from './found';
export { walk, type Walked } from './steps';
