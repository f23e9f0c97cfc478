// The differencing check at adoption: which pairs of questions differ by so few units that their difference speaks of them.
import type { ContentId } from '../canonical';
import { add, parseRational, toText } from '../safe-answers';
import type { Plan } from './plan';

/** Who a question counts. Answered at the data end from exact rows; neither the sets nor their sizes may leave it. */
export type Contributors = (question: Plan) => ReadonlySet<string>;

export interface ClosePair {
  readonly first: { readonly template: ContentId; readonly binding: ContentId };
  readonly second: { readonly template: ContentId; readonly binding: ContentId };
  /** What asking both costs, and at the same time the most (zCDP rho) that both together can say about any unit. */
  readonly rho: string;
}

/**
 * Every pair whose contributor sets differ, by fewer units than the larger `minUnits` of the two. A pair is a statement about the
 * worst case, not about rows: how far the sets are apart is not in it. Equal sets are no pair: nobody is alone in between.
 */
export function closePairs(questions: readonly Plan[], contributors: Contributors): readonly ClosePair[] {
  const sets = questions.map(contributors);
  return questions.flatMap((first, i) =>
    questions.slice(i + 1).flatMap((second, j): ClosePair[] => {
      const most = Math.max(first.privacy.minUnits, second.privacy.minUnits);
      const apart = unitsApart(sets[i] ?? new Set(), sets[i + 1 + j] ?? new Set(), most);
      return apart > 0 && apart < most ? [pairOf(first, second)] : [];
    }),
  );
}

const named = ({ template, binding }: Plan): ClosePair['first'] => ({ template, binding });

const pairOf = (first: Plan, second: Plan): ClosePair => ({
  first: named(first),
  second: named(second),
  rho: toText(add(parseRational(first.privacy.rho), parseRational(second.privacy.rho))),
});

/** Size of the symmetric difference, counted only up to `most`. */
function unitsApart(a: ReadonlySet<string>, b: ReadonlySet<string>, most: number): number {
  if (Math.abs(a.size - b.size) >= most) return most;
  let apart = 0;
  for (const unit of a) if (!b.has(unit) && ++apart >= most) return most;
  for (const unit of b) if (!a.has(unit) && ++apart >= most) return most;
  return apart;
}
