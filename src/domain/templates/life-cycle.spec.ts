// Who can carry a template from draft to use, and what no number of friends can do.
import fc from 'fast-check';
import { adoptionMoves, decideReview, moveAdoption, moveTemplate, templateMoves, type Review } from '.';
import type { TemplateStage } from '.';

const submission = { author: 'ann', authorOrganisation: 'north', submittedAt: 1000, coolingMs: 500 };
const said = (
  reviewer: string,
  organisation: string,
  verdict: 'APPROVE' | 'REJECT' = 'APPROVE',
  at = 1100,
): Review => ({
  reviewer,
  organisation,
  verdict,
  at,
});
const [bo, cy, di] = [said('bo', 'east'), said('cy', 'west'), said('di', 'east')];

test.each`
  reviews                                                                            | now     | outcome
  ${[]}                                                                              | ${9000} | ${'in-review'}
  ${[bo]}                                                                            | ${9000} | ${'in-review'}
  ${[bo, cy]}                                                                        | ${9000} | ${'approved'}
  ${[bo, cy]}                                                                        | ${1500} | ${'approved'}
  ${[bo, cy]}                                                                        | ${1499} | ${'in-review'}
  ${[bo, bo]}                                                                        | ${9000} | ${'in-review'}
  ${[bo, di]}                                                                        | ${9000} | ${'in-review'}
  ${[bo, said('eve', 'north')]}                                                      | ${9000} | ${'in-review'}
  ${[bo, said('ann', 'west')]}                                                       | ${9000} | ${'in-review'}
  ${[bo, said('cy', 'west', 'APPROVE', 9001)]}                                       | ${9000} | ${'in-review'}
  ${[bo, cy, said('eve', 'north', 'REJECT')]}                                        | ${9000} | ${'approved'}
  ${[bo, cy, said('fay', 'south', 'REJECT')]}                                        | ${9000} | ${'in-review'}
  ${[bo, cy, said('fay', 'south', 'REJECT'), said('fay', 'south', 'APPROVE', 1200)]} | ${9000} | ${'approved'}
  ${[bo, said('cy', 'west', 'APPROVE', 1200), said('cy', 'west', 'REJECT', 1200)]}   | ${9000} | ${'in-review'}
  ${[said('bo', 'east', 'REJECT'), said('di', 'east', 'REJECT')]}                    | ${9000} | ${'in-review'}
  ${[said('bo', 'east', 'REJECT'), said('cy', 'west', 'REJECT')]}                    | ${9000} | ${'rejected'}
`('$reviews at $now: $outcome', ({ reviews, now, outcome }: { reviews: Review[]; now: number; outcome: string }) => {
  expect(decideReview(submission, reviews, now)).toBe(outcome);
  expect(decideReview(submission, [...reviews].reverse(), now)).toBe(outcome);
});

test('no reviews of the author or the author’s organisation change the outcome', () => {
  const anyReview = fc.record({
    reviewer: fc.constantFrom('bo', 'cy', 'fay'),
    organisation: fc.constantFrom('east', 'west', 'south'),
    verdict: fc.constantFrom<Review['verdict']>('APPROVE', 'REJECT'),
    at: fc.integer({ min: 900, max: 2000 }),
  });
  const near = anyReview.map((review) => ({ ...review, reviewer: `n${review.reviewer}`, organisation: 'north' }));
  fc.assert(
    fc.property(fc.array(anyReview), fc.array(near), fc.integer({ min: 900, max: 3000 }), (reviews, friends, now) => {
      expect(decideReview(submission, [...reviews, ...friends], now)).toBe(decideReview(submission, reviews, now));
    }),
  );
});

describe('moves', () => {
  const stages = Object.keys(templateMoves) as TemplateStage[];
  test.each(stages.flatMap((from) => stages.map((to) => [from, to] as const)))(
    '%s → %s only by the table',
    (from, to) => {
      if ((templateMoves[from] as readonly string[]).includes(to)) expect(moveTemplate(from, to)).toBe(to);
      else expect(() => moveTemplate(from, to)).toThrow('TEMPLATE_MOVE_FORBIDDEN');
    },
  );

  test('what is withdrawn stays so; an owner may adopt again', () => {
    expect(templateMoves.withdrawn).toEqual([]);
    expect(moveAdoption('adopted', 'retired')).toBe('retired');
    expect(adoptionMoves.retired).toEqual(['adopted']);
    expect(() => moveAdoption('adopted', 'adopted')).toThrow('TEMPLATE_MOVE_FORBIDDEN');
  });
});
