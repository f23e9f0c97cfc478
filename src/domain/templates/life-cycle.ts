// From draft to use: the stages of a template and of its adoption, and when reviews approve it.
import { Refusal } from '../refusals';

export const templateMoves = {
  draft: ['submitted', 'withdrawn'],
  submitted: ['in-review', 'withdrawn'],
  'in-review': ['approved', 'withdrawn'],
  approved: ['withdrawn'],
  withdrawn: [],
} as const;
export type TemplateStage = keyof typeof templateMoves;

export const adoptionMoves = { adopted: ['retired'], retired: ['adopted'] } as const;
export type AdoptionStage = keyof typeof adoptionMoves;

/** The next stage. Refuses TEMPLATE_MOVE_FORBIDDEN {from, to}. */
export function moveTemplate(from: TemplateStage, to: TemplateStage): TemplateStage {
  return moved(templateMoves[from], from, to);
}

/** The next stage of an adoption; an owner may adopt again. Refuses TEMPLATE_MOVE_FORBIDDEN {from, to}. */
export function moveAdoption(from: AdoptionStage, to: AdoptionStage): AdoptionStage {
  return moved(adoptionMoves[from], from, to);
}

function moved<Stage extends string>(allowed: readonly Stage[], from: Stage, to: Stage): Stage {
  if (!allowed.includes(to)) throw new Refusal('TEMPLATE_MOVE_FORBIDDEN', { from, to });
  return to;
}

export interface Submission {
  readonly author: string;
  readonly authorOrganisation: string;
  /** Instants and spans are integer ms, UTC. */
  readonly submittedAt: number;
  readonly coolingMs: number;
}

export interface Review {
  readonly reviewer: string;
  readonly organisation: string;
  readonly verdict: 'APPROVE' | 'REJECT';
  readonly at: number;
}

export const REVIEWS_NEEDED = 2;

export type ReviewOutcome = 'in-review' | 'approved' | 'rejected';

/**
 * What the reviews so far amount to.
 * - Only independent reviews up to `now` count: not the author's, not those of the author's organisation. One signed before
 *   submission counts too, since the template's id fixes what was read.
 * - Of one reviewer the latest counts; of two at the same instant the rejecting one, so that order of arrival decides nothing.
 * - One standing REJECT holds approval back until its reviewer replaces it; rejects from REVIEWS_NEEDED organisations end it.
 * - Approval needs APPROVE from REVIEWS_NEEDED organisations, and the cooling-off period to be over.
 */
export function decideReview(submission: Submission, reviews: readonly Review[], now: number): ReviewOutcome {
  const standing = latestOfEach(reviews.filter((review) => counts(submission, review, now)));
  const from = (verdict: Review['verdict']): number =>
    new Set(standing.filter((review) => review.verdict === verdict).map(({ organisation }) => organisation)).size;
  if (from('REJECT') >= REVIEWS_NEEDED) return 'rejected';
  if (from('REJECT') > 0 || now < submission.submittedAt + submission.coolingMs) return 'in-review';
  return from('APPROVE') >= REVIEWS_NEEDED ? 'approved' : 'in-review';
}

const counts = ({ author, authorOrganisation }: Submission, review: Review, now: number): boolean =>
  review.reviewer !== author && review.organisation !== authorOrganisation && review.at <= now;

function latestOfEach(reviews: readonly Review[]): readonly Review[] {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    const known = latest.get(review.reviewer);
    const later =
      known === undefined || review.at > known.at || (review.at === known.at && review.verdict === 'REJECT');
    if (later) latest.set(review.reviewer, review);
  }
  return [...latest.values()];
}
