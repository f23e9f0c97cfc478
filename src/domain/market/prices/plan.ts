// A price plan is one versioned document; its id is its content, so a price cannot change silently.
import { z } from 'zod';
import { contentId, type ContentId, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import { Currency, rate } from '../money';
import type { PriceModel, Words } from './model';
import { models } from './models';

const [first, ...rest] = models;

export const Terms = z.discriminatedUnion('model', [first.terms, ...rest.map((each) => each.terms)]);

export const PricePlan = z.strictObject({
  schema: z.literal('aggregora/price-plan/1'),
  plan: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/),
  version: z.int().positive(),
  currency: Currency,
  /** How long a quote is honoured, seconds. */
  quoteSeconds: z.int().min(1).max(2_678_400),
  terms: Terms,
});
export type PricePlan = z.infer<typeof PricePlan>;

/** `sha256:…` of the canonical document. */
export function planId(plan: PricePlan): ContentId {
  return contentId('aggregora/price-plan/1', plan as Json);
}

/** The model a plan is priced by. */
export function modelOf(plan: PricePlan): PriceModel {
  const found = models.find((each) => each.name === plan.terms.model);
  if (found === undefined) throw new Refusal('PLAN_UNREADABLE', { fields: ['terms.model'] });
  return found;
}

/**
 * A plan that may be published. Refuses RATE_NEGATIVE and RATE_TOO_PRECISE, PLAN_UNREADABLE with the fields, and what its model's own check refuses: an
 * exploitable menu (MENU_EXPLOITABLE, with the attack), a convex table, a bundle outside its bounds, …
 */
export function publishable(document: unknown): PricePlan {
  const read = PricePlan.safeParse(document);
  if (!read.success) {
    needRates(document);
    throw new Refusal('PLAN_UNREADABLE', { fields: read.error.issues.map((issue) => issue.path.join('.')) });
  }
  modelOf(read.data).check(read.data.terms, read.data.currency);
  return read.data;
}

/** What is wrong with a rate is said by its own code; the schema could only say that some field does not fit. */
function needRates(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    if (typeof each !== 'string') needRates(each);
    else if ((name === 'rate' || name === 'base') && /^-?\d+(?:\.\d+)?$/.test(each)) rate(each);
  }
}

/** The plan's terms in one sentence of each language. */
export function planWords(plan: PricePlan): Words {
  return modelOf(plan).words(plan.terms, plan.currency);
}

/** JSON Schema of a plan, for the API document and for other languages. */
export function planSchema(): unknown {
  return z.toJSONSchema(PricePlan);
}
