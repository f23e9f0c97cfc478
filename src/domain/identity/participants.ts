// Who takes part: organisations by slug, and the parts they may play.

/** Every role a participant can hold. */
export const roles = ['owner', 'searcher', 'reviewer', 'auditor', 'trader', 'operator', 'compute-node'] as const;

export type Role = (typeof roles)[number];

const SLUG = /^[a-z][a-z0-9-]{1,40}$/;

/** True for a participant id: a lower-case letter, then 1 to 40 letters, digits or hyphens. */
export function isParticipantId(text: string): boolean {
  return SLUG.test(text);
}
