// What a reviewer signs about a template.
import { z } from 'zod';

export const REVIEW_TYPE = 'dx-review+jws';

/** The payload of a review's JWS; `iat` in ms since 1970 UTC. */
export const ReviewStatement = z.strictObject({
  template: z.string(),
  verdict: z.enum(['APPROVE', 'REJECT']),
  comment: z.string().min(1).max(2000),
  iat: z.int().nonnegative(),
});
export type ReviewStatement = z.infer<typeof ReviewStatement>;
