// What a pricing model is: a schema for its terms, a check at publishing, and one function from usage to lines.
import type { z } from 'zod';
import { amountText } from '../money';

/** Why a line is there; reports and invoices group by it. */
export type LineType = 'FIXED' | 'VARIABLE' | 'INCLUDED' | 'CAP_REACHED' | 'CREDIT' | 'GRACE';

export interface PriceLine {
  readonly type: LineType;
  /** Stable words for a machine, e.g. `period`, `run`, `overage`, `member:<product>`. */
  readonly what: string;
  readonly quantity: bigint;
  /** The line's amount in minor units, rounded once. */
  readonly minor: bigint;
}

/** What is charged for: the start or close of a period, runs, an awarded negotiation, or a score after delivery. */
export interface Usage {
  readonly event: 'start' | 'run' | 'close' | 'award' | 'settle';
  readonly runs: bigint;
  /** rho of each run, as text; `0` when none. */
  readonly rho: string;
  /** The same question was answered before: the stored answer costs nothing. */
  readonly repeated: boolean;
}

/** What is known about the buyer and the moment. Negotiation, score and appraisal are facts made elsewhere. */
export interface PriceContext {
  readonly now: number;
  readonly buyer: { readonly id: string; readonly verified: boolean; readonly credentials: readonly string[] };
  readonly purpose: string;
  /** Runs already made in this period. */
  readonly runsBefore: bigint;
  /** Runs rolled over into this period. */
  readonly rolledOver: bigint;
  readonly agreed?: { readonly minor: bigint; readonly currency: string; readonly hash: string };
  /** 0 to 1 as decimal text; absent means silence, which is neutral. */
  readonly score?: string;
  readonly appraisal?: Appraisal;
}

/** An appraiser's signed price, already verified; see the model `appraised`. */
export interface Appraisal {
  readonly appraiser: string;
  readonly model: string;
  readonly input: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly at: number;
  readonly validUntil: number;
}

export interface Priced {
  readonly lines: readonly PriceLine[];
  /** What must be held when the final price is not known yet; the lines' sum otherwise. */
  readonly hold?: bigint;
}

export interface PriceModel<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly terms: S;
  /** Refuses terms that could be gamed or contradict themselves. */
  check(terms: z.infer<S>, currency: string): void;
  price(terms: z.infer<S>, usage: Usage, context: PriceContext, currency: string): Priced;
  /** The terms in one sentence, for somebody who looks at a list of products. */
  words(terms: z.infer<S>, currency: string): Words;
}

export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** Names a model with its types checked against its own schema. */
export function model<S extends z.ZodType>(definition: PriceModel<S>): PriceModel<S> {
  return definition;
}

export const nothing: Priced = { lines: [] };

export function one(type: LineType, what: string, minor: bigint, quantity = 1n): Priced {
  return { lines: [{ type, what, quantity, minor }] };
}

/** `12.50 CNY` of minor units as terms carry them. */
export const priced = (minor: string, currency: string): string =>
  `${amountText({ minor: BigInt(minor), currency })} ${currency}`;

/** The lengths of a period, in words. */
export const intervals = {
  month: { en: 'month', zh: '月' },
  quarter: { en: 'quarter', zh: '季度' },
  year: { en: 'year', zh: '年' },
} as const;
