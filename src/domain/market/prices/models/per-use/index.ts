// Per use: one run of one template at a stated precision.
import { z } from 'zod';
import { model, nothing, one } from '../../model';
import { checkRunPrice, RunPrice, runPriceWords, runsPrice } from '../../precise';

export const perUse = model({
  name: 'per-use',
  terms: z.strictObject({ model: z.literal('per-use'), price: RunPrice }),
  check(terms, currency) {
    checkRunPrice(terms.price, currency);
  },
  price(terms, usage, _context, currency) {
    return usage.event === 'run'
      ? one('VARIABLE', 'run', runsPrice(terms.price, usage, currency), usage.runs)
      : nothing;
  },
  words: ({ price }, currency) => runPriceWords(price, currency),
});
