// The room's door: RFC 9162 trees and proofs.
export { append, EMPTY, frontierRoot, type Frontier } from './frontier';
export { EMPTY_ROOT, leafHash, nodeHash } from './hash';
export { consistencyProof, inclusionProof, rootOf } from './lists';
export { Tree } from './tree';
export { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify';
