// Free of charge, not of rules: agreement, quota and rho still bind, per verified organisation.
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { PositiveRuns } from '../../fields';
import { model, nothing, one } from '../../model';

/** Refuses FREE_NEEDS_VERIFIED and RUNS_SPENT: "free below x" for anyone would be a hole to carry any answer through. */
export const free = model({
  name: 'free',
  terms: z.strictObject({
    model: z.literal('free'),
    runsPerPeriod: PositiveRuns,
    rhoPerPeriod: z.string().regex(/^\d{1,9}(?:\/\d{1,9})?$/),
  }),
  check: () => undefined,
  price(terms, usage, context) {
    if (!context.buyer.verified) throw new Refusal('FREE_NEEDS_VERIFIED');
    if (usage.event !== 'run') return nothing;
    const left = BigInt(terms.runsPerPeriod) - context.runsBefore;
    if (usage.runs > left) throw new Refusal('RUNS_SPENT', { left: String(left) });
    return one('INCLUDED', 'run', 0n, usage.runs);
  },
  words({ runsPerPeriod, rhoPerPeriod }) {
    return {
      en: `free for verified organisations: ${runsPerPeriod} questions and rho ${rhoPerPeriod} a month`,
      zh: `对已核验组织免费：每月 ${runsPerPeriod} 次提问、rho ${rhoPerPeriod}`,
    };
  },
});
