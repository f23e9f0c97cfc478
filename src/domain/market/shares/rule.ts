// The split rule is a document: part of the agreement, with a version, so nobody is paid by a rule they did not sign.
import { z } from 'zod';
import { contentId, type ContentId } from '../../canonical';
import { RateText } from '../money';

const Bp = z.int().min(0).max(10_000);

export const ShareRule = z.strictObject({
  schema: z.literal('aggregora/share-rule/1'),
  rule: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/),
  version: z.int().positive(),
  taxBp: Bp,
  platformFeeBp: Bp,
  /** Privacy compensation in major units per rho spent; capped by what is there. */
  compensationPerRho: RateText,
  /** Weights of the rest among the three rights. */
  rights: z.strictObject({ holding: Bp, processing: Bp, usage: Bp }),
  /** Most of the holding part one verified entity may get, basis points of the contributions' sum. */
  entityCapBp: z.int().min(1).max(10_000),
  newcomer: z.strictObject({
    /** Part of the rest set aside for the pool. */
    poolBp: Bp,
    /** At most 20000: twice the normal weight. */
    multiplierBp: z.int().min(10_000).max(20_000),
  }),
});
export type ShareRule = z.infer<typeof ShareRule>;

export function shareRuleId(rule: ShareRule): ContentId {
  return contentId('aggregora/share-rule/1', rule);
}
