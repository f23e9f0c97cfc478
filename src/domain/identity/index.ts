// The room's door: participants, keys, signed statements.
export { assembleJws, peekJws, signingInput, signJws, verifyJws } from './jws';
export { publicKeyOf, statementDigest, thumbprint, type Key } from './keys';
export { isLowS, toLowS } from './low-s';
export { isParticipantId, roles, type Role } from './participants';
export { identityRefusals } from './refusals';
