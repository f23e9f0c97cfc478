// Many openings checked at once by one random combination, and the wrong ones named when it fails.
import { addCommitments, addOpenings, opens, type Opening } from './commitment';
import type { Point } from './group';
import { multiScalar } from './msm';
import { mod, readInteger } from './scalars';

export interface Claim {
  readonly by: string;
  readonly commitment: Point;
  readonly opening: Opening;
}

/** 128-bit weights: a wrong opening slips through with probability 2^−128 (Bellare, Garay, Rabin 1998, small exponents). */
const weight = (random: (bytes: number) => Uint8Array): bigint => readInteger(random(16)) | 1n;

/** True when every claim opens; one long product instead of one a claim. */
export function batchOpens(claims: readonly Claim[], random: (bytes: number) => Uint8Array): boolean {
  if (claims.length === 0) return true;
  const weights = claims.map(() => weight(random));
  const scaled = claims.map(({ opening }, at) => {
    const by = weights[at] ?? 0n;
    return { cells: opening.cells.map((cell) => cell * by), blinding: mod(opening.blinding * by) };
  });
  return opens(
    multiScalar(
      claims.map(({ commitment }) => commitment),
      weights,
    ),
    addOpenings(scaled),
  );
}

/** Names of those whose claim does not open, found by halving: costs about log₂ n products a cheat, and none on success. */
export function blame(claims: readonly Claim[], random: (bytes: number) => Uint8Array): readonly string[] {
  if (batchOpens(claims, random)) return [];
  if (claims.length === 1) return claims.map(({ by }) => by);
  const middle = claims.length >> 1;
  return [...blame(claims.slice(0, middle), random), ...blame(claims.slice(middle), random)];
}

/** The certificate of an answer: do the nodes' openings add up to the committed parts and noises? */
export const sumHolds = (commitments: readonly Point[], openings: readonly Opening[]): boolean =>
  opens(addCommitments(commitments), addOpenings(openings));
