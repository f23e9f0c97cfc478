// The price moves with the buyer's score after delivery: clamp(min, max, base·(1 + beta·(score − ½))).
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { fromText, minus, ONE, plus, rational, roundUp, times } from '../../../money';
import { Fraction, Minor } from '../../fields';
import { model, nothing, priced } from '../../model';

/** A run holds the maximum; `settle` charges the final price. Silence counts as ½. One score an order is the saga's rule. */
export const feedback = model({
  name: 'feedback',
  terms: z.strictObject({
    model: z.literal('feedback'),
    base: Minor,
    beta: Fraction,
    minimum: Minor,
    maximum: Minor,
    windowSeconds: z.int().min(60).max(7_776_000),
  }),
  check({ minimum, base, maximum }) {
    if (BigInt(minimum) > BigInt(base) || BigInt(base) > BigInt(maximum)) throw new Refusal('FEEDBACK_BOUNDS');
  },
  price(terms, usage, { score = '0.5' }) {
    if (usage.event !== 'run' && usage.event !== 'settle') return nothing;
    const minor = usage.runs * scored(terms, usage.event === 'settle' ? score : '0.5');
    const line = {
      type: 'VARIABLE' as const,
      what: usage.event === 'run' ? 'run' : 'scored run',
      quantity: usage.runs,
      minor,
    };
    return usage.event === 'run' ? { lines: [line], hold: usage.runs * BigInt(terms.maximum) } : { lines: [line] };
  },
  words({ base, minimum, maximum }, currency) {
    const [from, to, middle] = [minimum, maximum, base].map((minor) => priced(minor, currency));
    return {
      en: `${middle ?? ''} a question, moved by your score after delivery between ${from ?? ''} and ${to ?? ''}`,
      zh: `每次 ${middle ?? ''}，交付后按评分在 ${from ?? ''} 与 ${to ?? ''} 之间调整`,
    };
  },
});

/** The final price of one run in minor units, rounded up; refuses SCORE_OUTSIDE. */
function scored(terms: { base: string; beta: string; minimum: string; maximum: string }, score: string): bigint {
  if (!Fraction.safeParse(score).success) throw new Refusal('SCORE_OUTSIDE');
  const lean = times(fromText(terms.beta), minus(fromText(score), rational(1n, 2n)));
  const wanted = roundUp(times(rational(BigInt(terms.base)), plus(ONE, lean)));
  const [low, high] = [BigInt(terms.minimum), BigInt(terms.maximum)];
  return wanted < low ? low : wanted > high ? high : wanted;
}
