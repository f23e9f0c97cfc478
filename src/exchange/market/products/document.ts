// What an owner says about a product: which questions of which repository, for which purposes, until when, how often.
import { z } from 'zod';
import { Id } from '../../../domain/ledger/shapes';
import { purposes } from '../../../domain/permits';

const Template = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const Words = z.strictObject({ en: z.string().min(1).max(300), zh: z.string().min(1).max(300) });

export const ProductDocument = z.strictObject({
  schema: z.literal('aggregora/product/1'),
  id: Id,
  repository: Id,
  title: Words,
  description: Words,
  templates: z.array(Template).min(1).max(64),
  purposes: z.array(z.enum(purposes)).min(1),
  /** Sold in [from, until), ms UTC; the seller's right must cover all of it. */
  from: z.int().nonnegative(),
  until: z.int().positive(),
  /** Runs all buyers may make together, as text; null sells without end. */
  runs: z
    .string()
    .regex(/^[1-9]\d{0,11}$/)
    .nullable(),
  /** What a buyer's permit will say; null means the owner has set no permit policy yet, and nothing is listed. */
  permit: z
    .strictObject({
      quota: z.int().positive().max(1_000_000),
      rho: z.string().regex(/^[1-9]\d{0,17}(\/[1-9]\d{0,17})?$/),
      days: z.int().positive().max(3660),
    })
    .nullable(),
  /** Whether a question that this product sells may still be relayed without an order. */
  unpaid: z.enum(['refused', 'allowed']),
});
export type ProductDocument = z.infer<typeof ProductDocument>;
