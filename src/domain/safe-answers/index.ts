// The room's door: exact noise, safe answers and their labels, budgets, holds and policy.
export { afford, budgetOf, leftOf, mustAfford, type Budget } from './budget';
export { combine } from './combine';
export { capture, expire, holdMoves, place, release, touch, type Hold, type HoldKind, type HoldState } from './hold';
export { bandKey, declaredKeys, keysOfGrouping, MAX_CELLS } from './keys';
export { type LabelInputs } from './label';
export { deltaFor, epsilonOf, sureness } from './loss';
export { draw, noiseFor, noiseText, type Noise } from './mechanism';
export { defaultPolicy, loosen, loosenedNotes, Policy, readPolicy, tighten, type Limits } from './policy';
export { NoisePool, unbuffered, type NoiseSource } from './pool';
export { buffered, uniformBelow, type Random } from './random';
export * from './rational';
export { safeAnswerRefusals } from './refusals';
export { ANSWER_SCHEMA, SafeAnswer, type SealedAnswer } from './safe-answer';
export { bernoulliExp, discreteGaussian, discreteLaplace } from './samplers';
export { keyThreshold, permuteAndFlip, selectQuantile, selectTop, showsKey, type KeyRule } from './selection';
export { halfWidth } from './half-width';
export { splitRho, type NoisedColumn } from './split';
