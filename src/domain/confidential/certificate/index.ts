// The door of the sum certificate.
export { batchOpens, blame, sumHolds, type Claim } from './batch';
export { addCommitments, addOpenings, commit, opens, type Opening } from './commitment';
export { BLINDING, generators, ORDER, Point, readPoint, sumPoints, writePoint } from './group';
export { multiScalar } from './msm';
export * from './scalars';
