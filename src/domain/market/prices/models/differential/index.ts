// Different prices for different segments: credential, purpose, volume, time. Never for a person. First match wins.
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { model, nothing, one, type PriceContext } from '../../model';
import { Runs } from '../../fields';
import { checkRunPrice, RunPrice, runPriceWords, runsPrice } from '../../precise';

/** Every named condition must hold. There is no condition on who someone is: PIPL article 24. */
const When = z.strictObject({
  credential: z.string().max(100).optional(),
  purpose: z.string().max(100).optional(),
  minRuns: Runs.optional(),
  from: z.int().nonnegative().optional(),
  until: z.int().nonnegative().optional(),
});
type When = z.infer<typeof When>;
const Segment = z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/), when: When, price: RunPrice });

/** The line's `what` carries the segment, so every difference is on record. Last resort is `otherwise`. */
export const differential = model({
  name: 'differential',
  terms: z.strictObject({
    model: z.literal('differential'),
    segments: z.array(Segment).min(1).max(20),
    otherwise: RunPrice,
  }),
  check(terms, currency) {
    if (new Set(terms.segments.map((segment) => segment.name)).size !== terms.segments.length)
      throw new Refusal('SEGMENT_TWICE');
    for (const { price } of terms.segments) checkRunPrice(price, currency);
    checkRunPrice(terms.otherwise, currency);
  },
  price(terms, usage, context, currency) {
    if (usage.event !== 'run') return nothing;
    const found = terms.segments.find((segment) => matches(segment.when, context));
    const minor = runsPrice(found?.price ?? terms.otherwise, usage, currency);
    return one('VARIABLE', `run:${found?.name ?? 'otherwise'}`, minor, usage.runs);
  },
  words({ segments, otherwise }, currency) {
    const rest = runPriceWords(otherwise, currency);
    const names = segments.map(({ name }) => name).join(', ');
    return { en: `own prices for ${names}; otherwise ${rest.en}`, zh: `${names} 适用专属价格；其他情况${rest.zh}` };
  },
});

function matches(when: When, { buyer, purpose, runsBefore, now }: PriceContext): boolean {
  return (
    (when.credential === undefined || buyer.credentials.includes(when.credential)) &&
    (when.purpose === undefined || when.purpose === purpose) &&
    (when.minRuns === undefined || runsBefore >= BigInt(when.minRuns)) &&
    (when.from === undefined || now >= when.from) &&
    (when.until === undefined || now < when.until)
  );
}
