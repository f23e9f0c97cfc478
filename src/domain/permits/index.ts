// The room's door: permits and the decision on one use.
export {
  decide,
  needPaidWay,
  Permit,
  permitHash,
  purposes,
  type Decision,
  type PermitOnLedger,
  type Use,
} from './permit';
export { permitRefusals } from './refusals';
