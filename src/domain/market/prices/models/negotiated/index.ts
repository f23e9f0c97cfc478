// Prices found by negotiation: the plan says how; the agreed price comes from an agreement, by its hash.
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { needSameCurrency } from '../../../money';
import { Minor, PositiveRuns } from '../../fields';
import { model, nothing, one, priced } from '../../model';

const seconds = z.int().min(1).max(31_536_000);
/** What is won: data are non-rival, so exclusivity for a term, some licences, or a period's rho. */
const good = z.enum(['exclusivity', 'licences', 'rho-of-a-period']);
const auction = { good, reserve: Minor, deposit: Minor, increment: Minor };

export const Mechanism = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('bargaining'), asking: Minor, rounds: z.int().min(1).max(50), offerSeconds: seconds }),
  z.strictObject({ by: z.literal('english'), ...auction, extendSeconds: seconds }),
  z.strictObject({ by: z.literal('dutch'), ...auction, start: Minor, step: Minor, stepSeconds: seconds }),
  z.strictObject({ by: z.literal('sealed-first'), ...auction, revealSeconds: seconds }),
  z.strictObject({ by: z.literal('sealed-second'), ...auction, revealSeconds: seconds }),
  z.strictObject({ by: z.literal('uniform'), ...auction, units: z.int().min(1).max(10_000), revealSeconds: seconds }),
]);
export type Mechanism = z.infer<typeof Mechanism>;

const mechanismWords = {
  bargaining: { en: 'bargaining', zh: '协商' },
  english: { en: 'English auction', zh: '英式拍卖' },
  dutch: { en: 'Dutch auction', zh: '荷兰式拍卖' },
  'sealed-first': { en: 'sealed bids, the best pays its own', zh: '密封投标，最高者按自身报价支付' },
  'sealed-second': { en: 'sealed bids, the best pays the second', zh: '密封投标，最高者按次高报价支付' },
  uniform: { en: 'sealed bids for several units at one price', zh: '多单位统一价密封投标' },
} as const;

/** The award is charged once; runs under it are included as far as `runs` goes. Refuses PRICE_NOT_AGREED, RUNS_SPENT. */
export const negotiated = model({
  name: 'negotiated',
  terms: z.strictObject({ model: z.literal('negotiated'), mechanism: Mechanism, runs: PositiveRuns }),
  check({ mechanism }) {
    if (mechanism.by === 'dutch' && BigInt(mechanism.start) < BigInt(mechanism.reserve))
      throw new Refusal('RESERVE_ABOVE_START');
  },
  price(terms, usage, { agreed, runsBefore }, currency) {
    if (agreed === undefined) throw new Refusal('PRICE_NOT_AGREED');
    needSameCurrency(currency, agreed.currency);
    if (usage.event === 'award') return one('FIXED', terms.mechanism.by, agreed.minor);
    if (usage.event !== 'run') return nothing;
    if (runsBefore + usage.runs > BigInt(terms.runs))
      throw new Refusal('RUNS_SPENT', { left: String(BigInt(terms.runs) - runsBefore) });
    return one('INCLUDED', 'run', 0n, usage.runs);
  },
  words({ mechanism, runs }, currency) {
    const what = mechanismWords[mechanism.by];
    const [en, zh] =
      mechanism.by === 'bargaining'
        ? [`asking ${priced(mechanism.asking, currency)}`, `要价 ${priced(mechanism.asking, currency)}`]
        : [`reserve ${priced(mechanism.reserve, currency)}`, `底价 ${priced(mechanism.reserve, currency)}`];
    return { en: `${what.en}, ${en}; includes ${runs} questions`, zh: `${what.zh}，${zh}；含 ${runs} 次提问` };
  },
});
