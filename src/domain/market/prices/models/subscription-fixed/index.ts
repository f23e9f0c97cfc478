// Subscription at a fixed price: a fee per period for a right bounded by rho; runs inside it cost nothing more.
import { z } from 'zod';
import { intervals, model, nothing, one, priced } from '../../model';
import { Minor } from '../../fields';

export const subscriptionFixed = model({
  name: 'subscription-fixed',
  terms: z.strictObject({
    model: z.literal('subscription-fixed'),
    interval: z.enum(['month', 'quarter', 'year']),
    fee: Minor,
    /** Most rho one period may spend; the budget's hold enforces it. */
    rhoPerPeriod: z.string().regex(/^\d{1,9}(?:\/\d{1,9})?$/),
  }),
  check: () => undefined,
  price(terms, usage) {
    if (usage.event === 'start') return one('FIXED', 'period', BigInt(terms.fee));
    return usage.event === 'run' ? one('INCLUDED', 'run', 0n, usage.runs) : nothing;
  },
  words({ fee, interval, rhoPerPeriod }, currency) {
    const { en, zh } = intervals[interval];
    return {
      en: `${priced(fee, currency)} a ${en}, questions included up to rho ${rhoPerPeriod}`,
      zh: `每${zh} ${priced(fee, currency)}，含提问，上限 rho ${rhoPerPeriod}`,
    };
  },
});
