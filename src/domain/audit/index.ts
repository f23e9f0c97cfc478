// The room's door: the offline verifier, fsck, monitor.
export { exitCodes, type Check, type CheckName, type ExitCode, type Verdict } from './codes';
export { fsck, type AnchoredRoot, type Fault, type StoredLeaf } from './fsck';
export { watchAnchors, watchPromises, type Alarm, type Promised, type SeenAnchor } from './monitor';
export { type LedgerFact, type RememberedHead, type Trust } from './trust';
export { verifyBundle } from './verify';
