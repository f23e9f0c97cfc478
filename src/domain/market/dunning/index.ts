// The door of dunning.
export { dunningMoves, hasAccess, moveDunning, nextStep, schedule, type DunningState } from './dunning';
