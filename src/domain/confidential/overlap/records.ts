// What a repository signs in the two rounds of an overlap: first its own hidden list, then the other's list under its exponent too.
import { z } from 'zod';
import { hex, sha256, utf8 } from '../../canonical';
import { Refusal } from '../../refusals';
import type { ContentId } from '../../canonical';
import { signatureHolds, type Signed, type Verify } from '../signed';
import type { Exponent } from './points';

/** Round one. */
export interface OverlapContribution {
  readonly schema: 'aggregora/overlap-contribution/1';
  readonly question: string;
  readonly repository: string;
  /** `listHash` of capacity points under the repository's exponent. */
  readonly list: string;
  /** A key for this question alone, to which the other repository seals its list. */
  readonly key: string;
}

/** Round two. */
export interface Crossing {
  readonly schema: 'aggregora/overlap-crossing/1';
  readonly question: string;
  /** Who crossed. */
  readonly repository: string;
  /** Whose list it is. */
  readonly of: string;
  /** `listHash` before, as its owner signed it, and after. */
  readonly before: string;
  readonly after: string;
  /** SHA-256 of the exponent that each node adds to the crosser's own list; before all three did, the lists cannot be compared. */
  readonly owed: readonly [string, string, string];
  /** SHA-256 of what is sealed to each node. */
  readonly envelopes: readonly [string, string, string];
}
export type SignedCrossing = Signed<Crossing>;

export const CROSSING_TAG = 'aggregora/overlap-crossing/1';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);
const Name = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const OverlapContributionShape = z.strictObject({
  schema: z.literal('aggregora/overlap-contribution/1'),
  question: Name,
  repository: Id,
  list: Hash,
  key: z.string().regex(/^[A-Za-z0-9_-]{87}$/),
});

export const SignedCrossingShape = z.strictObject({
  document: z.strictObject({
    schema: z.literal('aggregora/overlap-crossing/1'),
    question: Name,
    repository: Id,
    of: Id,
    before: Hash,
    after: Hash,
    owed: z.tuple([Hash, Hash, Hash]),
    envelopes: z.tuple([Hash, Hash, Hash]),
  }),
  by: z.string().max(128),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

export const owedHash = (exponent: Exponent): string => hex(sha256(utf8('aggregora/overlap-owed/1\0'), exponent));

/**
 * The two crossings in order of the lists: of the first repository's list, then of the second's. Refuses QUESTION_MISMATCH,
 * CONTRIBUTION_SIGNATURE_WRONG and OVERLAP_LIST_DIFFERS with the repository that crossed.
 */
export function crossingsOf(
  question: ContentId,
  set: readonly Signed<OverlapContribution>[],
  crossings: readonly SignedCrossing[],
  verify: Verify,
): readonly [Crossing, Crossing] {
  const [first, second] = set;
  if (first === undefined || second === undefined || set.length !== 2 || crossings.length !== 2)
    throw new Refusal('OVERLAP_NEEDS_TWO', { count: set.length });
  const of = (own: Signed<OverlapContribution>, other: Signed<OverlapContribution>): Crossing => {
    const repository = other.document.repository;
    const found = crossings.find(({ document }) => document.repository === repository);
    if (found?.document.question !== question || found.document.of !== own.document.repository)
      throw new Refusal('QUESTION_MISMATCH', { repository });
    if (found.by !== repository || !signatureHolds(CROSSING_TAG, found, verify))
      throw new Refusal('CONTRIBUTION_SIGNATURE_WRONG', { repository });
    if (found.document.before !== own.document.list) throw new Refusal('OVERLAP_LIST_DIFFERS', { repository });
    return found.document;
  };
  return [of(first, second), of(second, first)];
}

/** The set as overlap contributions. Refuses QUESTION_MISMATCH. */
export function overlapSet(
  set: readonly Signed<{ readonly schema: string }>[],
): readonly Signed<OverlapContribution>[] {
  for (const { document, by } of set)
    if (document.schema !== 'aggregora/overlap-contribution/1')
      throw new Refusal('QUESTION_MISMATCH', { repository: by });
  return set as readonly Signed<OverlapContribution>[];
}
