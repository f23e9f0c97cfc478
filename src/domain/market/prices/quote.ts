// One function prices everything: quote(plan, usage, context). A quote is a document that binds both sides until it ends.
import { contentId, type ContentId, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import type { PriceContext, PriceLine, Usage } from './model';
import { modelOf, planId, type PricePlan } from './plan';

/** What is asked, by content: another binding or another data version is another question. */
export interface Question {
  readonly template: string;
  readonly binding: string;
  readonly repository: string;
  readonly dataVersion: string;
}

export interface Quote {
  readonly id: ContentId;
  readonly plan: ContentId;
  readonly planVersion: number;
  readonly buyer: string;
  readonly currency: string;
  readonly question: Question | null;
  readonly lines: readonly PriceLine[];
  /** Sum of the lines in minor units. */
  readonly total: bigint;
  /** What to hold: the total, or the most it can become. */
  readonly hold: bigint;
  readonly rho: string;
  readonly at: number;
  /** Last instant at which a run may start. */
  readonly validUntil: number;
}

/**
 * Lines, total and hold for a usage under a plan, bound to the buyer and the question. The same inputs give the same
 * quote to the minor unit. A stored answer to a repeated question costs no money and no rho. Refuses what the model refuses.
 */
export function quote(plan: PricePlan, usage: Usage, context: PriceContext, question: Question | null = null): Quote {
  const repeated = usage.event === 'run' && usage.repeated;
  const priced = repeated ? storedAnswer(usage) : modelOf(plan).price(plan.terms, usage, context, plan.currency);
  const total = priced.lines.reduce((sum, line) => sum + line.minor, 0n);
  const body = {
    plan: planId(plan),
    planVersion: plan.version,
    buyer: context.buyer.id,
    currency: plan.currency,
    question,
    lines: priced.lines,
    total,
    hold: priced.hold ?? total,
    rho: repeated ? '0' : usage.rho,
    at: context.now,
    validUntil: context.now + plan.quoteSeconds * 1000,
  };
  return { id: contentId('aggregora/quote/1', asJson(body)), ...body };
}

/** Refuses QUOTE_FOREIGN, QUOTE_OTHER_QUESTION, QUOTE_STALE. A start inside its life is honoured whatever the plan says now. */
export function honour(quoted: Quote, by: { buyer: string; question: Question | null; now: number }): void {
  if (quoted.buyer !== by.buyer) throw new Refusal('QUOTE_FOREIGN', { quote: quoted.id });
  const same =
    contentId('aggregora/question/1', asJson(quoted.question)) ===
    contentId('aggregora/question/1', asJson(by.question));
  if (!same) throw new Refusal('QUOTE_OTHER_QUESTION', { quote: quoted.id });
  if (by.now > quoted.validUntil) throw new Refusal('QUOTE_STALE', { quote: quoted.id });
}

/** JSON of a value whose bigints travel as text. */
export function asJson(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each)),
  ) as Json;
}

function storedAnswer(usage: Usage): { lines: readonly PriceLine[]; hold?: bigint } {
  return { lines: [{ type: 'INCLUDED', what: 'stored answer', quantity: usage.runs, minor: 0n }] };
}
