// Contributions of either mode as one signed, public record, and the set that the nodes agree on.
import { contentId, type ContentId, type Json } from '../canonical';
import { Refusal } from '../refusals';
import { readPoint, sumPoints, type Point } from './certificate';
import type { OverlapContribution } from './overlap/records';
import { questionId, type Question } from './question';
import type { ShareContribution } from './shares';
import { signatureHolds, type Signed, type Verify } from './signed';

export interface DepositContribution {
  readonly schema: 'aggregora/deposit/1';
  readonly question: string;
  readonly repository: string;
  /** Commitment of the whole vector. */
  readonly commitment: string;
  /** SHA-256 of the ciphertext. */
  readonly ciphertext: string;
}

export interface LargeContribution {
  readonly schema: 'aggregora/large-contribution/1';
  readonly question: string;
  readonly repository: string;
  /** SHA-256 over the tile hashes of each node's share. */
  readonly shares: readonly [string, string, string];
  readonly envelopes: readonly [string, string, string];
}

export type Contribution = ShareContribution | DepositContribution | LargeContribution | OverlapContribution;
export type SignedContribution = Signed<Contribution>;

export const CONTRIBUTION_TAG = 'aggregora/signed-contribution/1';
export const contributionId = (contribution: Contribution): ContentId =>
  contentId(CONTRIBUTION_TAG, contribution as unknown as Json);

/** The commitment of a repository's whole vector, never of a part that could be opened alone. Large vectors and lists have none. */
export function commitmentOf(contribution: Contribution): Point {
  if (contribution.schema === 'aggregora/contribution/1') return sumPoints(contribution.shares.map(readPoint));
  if (contribution.schema === 'aggregora/deposit/1') return readPoint(contribution.commitment);
  throw new Refusal('QUESTION_MALFORMED', { at: 'mode' });
}

const schemaOf = {
  shares: 'aggregora/contribution/1',
  homomorphic: 'aggregora/deposit/1',
  'large-shares': 'aggregora/large-contribution/1',
  overlap: 'aggregora/overlap-contribution/1',
} as const;

/** Refuses a contribution that is not for this question and mode, is late, or is not signed by an owner's key of that repository. */
export function checkContribution(question: Question, signed: SignedContribution, now: number, verify: Verify): void {
  const { document, by } = signed;
  if (document.question !== questionId(question) || document.schema !== schemaOf[question.mode]) {
    throw new Refusal('QUESTION_MISMATCH', { repository: document.repository });
  }
  if (now > question.cutOff) throw new Refusal('CUT_OFF_PASSED', { repository: document.repository });
  if (by !== document.repository || !signatureHolds(CONTRIBUTION_TAG, signed, verify))
    throw new Refusal('CONTRIBUTION_SIGNATURE_WRONG', { by });
}

/** Fingerprints that no two contributions may share: a copied commitment or ciphertext would count a repository twice. */
const marks = (one: Contribution): readonly string[] =>
  one.schema === 'aggregora/contribution/1'
    ? [...one.shares, ...one.envelopes]
    : one.schema === 'aggregora/deposit/1'
      ? [one.commitment, one.ciphertext]
      : one.schema === 'aggregora/overlap-contribution/1'
        ? [one.list, one.key]
        : [...one.shares, ...one.envelopes];

/** In order of repository; refuses CONTRIBUTION_REPEATED for a second one by the same, or a copy of another's. */
export function contributorSet<T extends SignedContribution>(all: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  for (const { document } of all) {
    for (const mark of [`repository ${document.repository}`, ...marks(document)]) {
      if (seen.has(mark)) throw new Refusal('CONTRIBUTION_REPEATED', { repository: document.repository });
      seen.add(mark);
    }
  }
  return [...all].sort((a, b) => (a.document.repository < b.document.repository ? -1 : 1));
}

/** One name for the agreed set; three nodes that computed the same name mean the same contributions. */
export const setRoot = (set: readonly SignedContribution[]): ContentId =>
  contentId(
    'aggregora/contributors/1',
    set.map(({ document }) => [document.repository, contributionId(document)]),
  );
