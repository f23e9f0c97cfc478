// Runs of one period priced by tiers: flat, graduated, volume, package, and a minimum trued up at the close.
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { rateInMinor, RateText, rational, roundUp, sumOf, times } from '../../../money';
import { Minor, PositiveRuns } from '../../fields';
import { model, nothing, one, priced, type PriceLine, type Words } from '../../model';

/** `upTo` is the last run of the tier, null for the rest; `rate` per run in major units; `fee` once the tier is reached. */
const Tier = z.strictObject({ upTo: PositiveRuns.nullable(), rate: RateText, fee: Minor });
const TierTable = z.array(Tier).min(1).max(20);

const Scheme = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('flat'), rate: RateText }),
  z.strictObject({ by: z.literal('graduated'), tiers: TierTable }),
  z.strictObject({ by: z.literal('volume'), tiers: TierTable }),
  z.strictObject({ by: z.literal('package'), size: PositiveRuns, price: Minor }),
]);
export type Scheme = z.infer<typeof Scheme>;

/**
 * A run's price is what it adds to the period's charge, so any way of cutting a period into quotes adds up to the same.
 * Under `volume` one more run can lower the charge; that shows as a CREDIT line.
 */
export const tiers = model({
  name: 'tiers',
  terms: z.strictObject({ model: z.literal('tiers'), scheme: Scheme, minimum: Minor }),
  check(terms) {
    if ('tiers' in terms.scheme) needAscending(terms.scheme.tiers);
  },
  price(terms, usage, context, currency) {
    const before = periodCharge(terms.scheme, context.runsBefore, currency);
    if (usage.event === 'close') return closing(before, BigInt(terms.minimum));
    if (usage.event !== 'run') return nothing;
    const added = periodCharge(terms.scheme, context.runsBefore + usage.runs, currency) - before;
    const line: PriceLine = {
      type: added < 0n ? 'CREDIT' : 'VARIABLE',
      what: 'run',
      quantity: usage.runs,
      minor: added,
    };
    return { lines: [line], hold: added < 0n ? 0n : added };
  },
  words({ scheme, minimum }, currency) {
    const least = minimum === '0' ? { en: '', zh: '' } : minimumWords(priced(minimum, currency));
    const { en, zh } = schemeWords(scheme, currency);
    return { en: `${en}${least.en}`, zh: `${zh}${least.zh}` };
  },
});

/** The whole charge of a period with `runs` runs, in minor units. */
export function periodCharge(scheme: Scheme, runs: bigint, currency: string): bigint {
  if (runs === 0n) return 0n;
  switch (scheme.by) {
    case 'flat':
      return roundUp(times(rateInMinor(scheme.rate, currency), rational(runs)));
    case 'package':
      return ((runs + BigInt(scheme.size) - 1n) / BigInt(scheme.size)) * BigInt(scheme.price);
    case 'graduated':
      return graduated(scheme.tiers, runs, currency);
    case 'volume': {
      const tier = scheme.tiers.find((each) => each.upTo === null || runs <= BigInt(each.upTo));
      if (tier === undefined) throw new Refusal('TIERS_END', { runs: String(runs) });
      return roundUp(times(rateInMinor(tier.rate, currency), rational(runs))) + BigInt(tier.fee);
    }
  }
}

/** Each tier at its own rate; the exact sum is rounded once. */
function graduated(table: readonly z.infer<typeof Tier>[], runs: bigint, currency: string): bigint {
  let from = 0n;
  let fees = 0n;
  const parts = [];
  for (const tier of table) {
    if (runs <= from) break;
    const to = tier.upTo === null || BigInt(tier.upTo) > runs ? runs : BigInt(tier.upTo);
    parts.push(times(rateInMinor(tier.rate, currency), rational(to - from)));
    fees += BigInt(tier.fee);
    from = to;
  }
  if (from < runs) throw new Refusal('TIERS_END', { runs: String(runs) });
  return roundUp(sumOf(parts)) + fees;
}

function closing(charged: bigint, minimum: bigint) {
  return charged < minimum ? one('FIXED', 'minimum', minimum - charged) : nothing;
}

function needAscending(table: readonly z.infer<typeof Tier>[]): void {
  for (const [index, tier] of table.entries()) {
    const last = index === table.length - 1;
    const before = table[index - 1]?.upTo;
    const rises = before == null || tier.upTo === null || BigInt(tier.upTo) > BigInt(before);
    if ((tier.upTo === null && !last) || !rises) throw new Refusal('TIERS_NOT_ASCENDING', { at: index });
  }
}

function schemeWords(scheme: Scheme, currency: string): Words {
  switch (scheme.by) {
    case 'flat':
      return { en: `${scheme.rate} ${currency} a question`, zh: `每次 ${scheme.rate} ${currency}` };
    case 'package':
      return {
        en: `${priced(scheme.price, currency)} for every ${scheme.size} questions begun`,
        zh: `每 ${scheme.size} 次（不足亦计）${priced(scheme.price, currency)}`,
      };
    case 'graduated':
    case 'volume': {
      const steps = scheme.tiers.map(({ upTo, rate }) => `≤ ${upTo ?? '∞'}: ${rate} ${currency}`).join(', ');
      return scheme.by === 'graduated'
        ? { en: `each tier of the month at its own rate (${steps})`, zh: `按月分段计价（${steps}）` }
        : { en: `the whole month at the tier it reaches (${steps})`, zh: `按月达到的档位整体计价（${steps}）` };
    }
  }
}

const minimumWords = (least: string): Words => ({ en: `, at least ${least} a month`, zh: `，每月至少 ${least}` });
