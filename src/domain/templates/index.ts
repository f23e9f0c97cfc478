// The room's door: templates, bindings, plans, the question in words, and the way from draft to use.
export { bind, sampleParameters, type Binding } from './bind';
export { checkTemplate } from './check';
export { closePairs, type ClosePair, type Contributors } from './differencing';
export { readTemplate, Template, templateId, templateJsonSchema, type Measure, type Parameter } from './document';
export { bindingCount, stepsOf } from './domains';
export { CERTAIN, chanceAt, CHANCE_BITS, CHANCE_ERROR, chances, PREDICTOR_BITS } from './link';
export { halfRange, logisticIn, type Logistic } from './logistic';
export {
  adoptionMoves,
  decideReview,
  moveAdoption,
  moveTemplate,
  REVIEWS_NEEDED,
  templateMoves,
  type AdoptionStage,
  type Review,
  type ReviewOutcome,
  type Submission,
  type TemplateStage,
} from './life-cycle';
export { plan, sumsPlan } from './make-plan';
export type {
  Aggregate,
  Filter,
  GroupRow,
  Grouping,
  Literal,
  Plan,
  PlannedMeasure,
  SumsMeasure,
  SumsPlan,
} from './plan';
export {
  evaluate,
  keyedChoice,
  preview,
  syntheticRows,
  type Choice,
  type Preview,
  type Row,
  type Value,
} from './preview';
export { templateRefusals } from './refusals';
export { describe } from './words';
