// The door of rights.
export {
  inForce,
  license,
  needRightToSell,
  register,
  rightKinds,
  transfer,
  type Right,
  type RightKind,
} from './rights';
