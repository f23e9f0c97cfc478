// Subscription with a quota: N runs a period, then a price for each further run, or a stop.
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { intervals, model, nothing, one, priced, type Priced, type PriceLine } from '../../model';
import { Minor, Runs } from '../../fields';

export const subscriptionPerUse = model({
  name: 'subscription-per-use',
  terms: z.strictObject({
    model: z.literal('subscription-per-use'),
    interval: z.enum(['month', 'quarter', 'year']),
    fee: Minor,
    included: Runs,
    /** Minor units per run beyond the quota; null stops instead. */
    overage: Minor.nullable(),
    rollOver: z.strictObject({ minimum: Runs, maximum: Runs }),
    rhoPerPeriod: z.string().regex(/^\d{1,9}(?:\/\d{1,9})?$/),
  }),
  check(terms) {
    if (BigInt(terms.rollOver.minimum) > BigInt(terms.rollOver.maximum)) throw new Refusal('ROLLOVER_BOUNDS');
  },
  price(terms, usage, context): Priced {
    if (usage.event === 'start') return one('FIXED', 'period', BigInt(terms.fee));
    if (usage.event !== 'run') return nothing;
    const free = freeRuns(BigInt(terms.included) + context.rolledOver - context.runsBefore, usage.runs);
    const over = usage.runs - free;
    if (over > 0n && terms.overage === null) throw new Refusal('RUNS_SPENT', { left: String(free) });
    const lines: PriceLine[] = [];
    if (free > 0n) lines.push({ type: 'INCLUDED', what: 'run', quantity: free, minor: 0n });
    if (over > 0n)
      lines.push({ type: 'VARIABLE', what: 'overage', quantity: over, minor: over * BigInt(terms.overage ?? '0') });
    return { lines };
  },
  words({ fee, interval, included, overage }, currency) {
    const { en, zh } = intervals[interval];
    const over = overage === null ? undefined : priced(overage, currency);
    return {
      en: `${priced(fee, currency)} a ${en} with ${included} questions, then ${over === undefined ? 'none' : `${over} each`}`,
      zh: `每${zh} ${priced(fee, currency)}，含 ${included} 次提问，超出后${over === undefined ? '停止' : `每次 ${over}`}`,
    };
  },
});

/** Runs carried into the next period: min(maximum, max(left, minimum)). */
export function rolledOver(left: bigint, { minimum, maximum }: { minimum: string; maximum: string }): bigint {
  const atLeast = left > BigInt(minimum) ? left : BigInt(minimum);
  return atLeast < BigInt(maximum) ? atLeast : BigInt(maximum);
}

function freeRuns(left: bigint, wanted: bigint): bigint {
  if (left <= 0n) return 0n;
  return left < wanted ? left : wanted;
}
