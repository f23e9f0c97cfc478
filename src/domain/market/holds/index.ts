// The door of holds: set aside, then capture, release or expire; and the pools they draw on.
export {
  captureHold,
  expireHold,
  holdMoves,
  isNothing,
  placeHold,
  releaseHold,
  returnedBy,
  wholeUnits,
  type Hold,
  type HoldKind,
  type HoldState,
} from './hold';
export { drawHold, emptyPool, leftIn, settleHold, type Pool } from './pool';
