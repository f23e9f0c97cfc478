// A trusted third party, neither seller nor buyer, signs the price: in real time with guard rails, or automatically.
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { needSameCurrency } from '../../../money';
import { Minor } from '../../fields';
import { type Appraisal, model, nothing, one, priced } from '../../model';

const Slug = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);

/**
 * `real-time` asks for a fresh price per run; `automatic` takes the last valid one and falls back to `fallback` when it
 * is stale. The signature is checked where the appraisal enters; here its age, signer, model and rails are.
 */
export const appraised = model({
  name: 'appraised',
  terms: z.strictObject({
    model: z.literal('appraised'),
    mode: z.enum(['real-time', 'automatic']),
    appraiser: Slug,
    appraisalModel: z.string().max(100),
    staleSeconds: z.int().min(1).max(2_678_400),
    minimum: Minor,
    maximum: Minor,
    /** Most the price may move from `fallback`, in basis points. */
    maxStepBp: z.int().min(0).max(100_000),
    fallback: Minor,
  }),
  check({ minimum, fallback, maximum }) {
    if (BigInt(minimum) > BigInt(fallback) || BigInt(fallback) > BigInt(maximum)) throw new Refusal('APPRAISAL_BOUNDS');
  },
  price(terms, usage, { appraisal, now, buyer }, currency) {
    if (usage.event !== 'run') return nothing;
    if (buyer.id === terms.appraiser) throw new Refusal('APPRAISER_INVOLVED', { appraiser: terms.appraiser });
    const fresh = appraisal !== undefined && now < freshUntil(appraisal, terms.staleSeconds) && now >= appraisal.at;
    if (!fresh) {
      if (terms.mode === 'real-time') throw new Refusal('APPRAISAL_STALE');
      return one('VARIABLE', 'run:fallback', usage.runs * BigInt(terms.fallback), usage.runs);
    }
    needFor(terms, appraisal, currency);
    return one('VARIABLE', 'run:appraised', usage.runs * railed(terms, appraisal.minor), usage.runs);
  },
  words({ mode, appraiser, minimum, maximum, fallback }, currency) {
    const [low, high, last] = [minimum, maximum, fallback].map((minor) => priced(minor, currency));
    return mode === 'real-time'
      ? {
          en: `each question at the price ${appraiser} signs now, between ${low ?? ''} and ${high ?? ''}`,
          zh: `每次按 ${appraiser} 实时签署的价格计费，介于 ${low ?? ''} 与 ${high ?? ''} 之间`,
        }
      : {
          en: `each question at the last price ${appraiser} signed, ${last ?? ''} when that is stale`,
          zh: `每次按 ${appraiser} 最近签署的价格计费；价格过期时为 ${last ?? ''}`,
        };
  },
});

function freshUntil(appraisal: Appraisal, staleSeconds: number): number {
  return Math.min(appraisal.validUntil, appraisal.at + staleSeconds * 1000);
}

function needFor(terms: { appraiser: string; appraisalModel: string }, appraisal: Appraisal, currency: string): void {
  needSameCurrency(currency, appraisal.currency);
  const own = appraisal.appraiser === terms.appraiser && appraisal.model === terms.appraisalModel;
  if (!own) throw new Refusal('APPRAISAL_FOREIGN', { appraiser: appraisal.appraiser });
  if (appraisal.minor < appraisal.low || appraisal.minor > appraisal.high) throw new Refusal('APPRAISAL_BOUNDS');
}

/** Between the rails; the step from the last accepted price is rounded inwards. */
function railed(
  terms: { minimum: string; maximum: string; maxStepBp: number; fallback: string },
  minor: bigint,
): bigint {
  const last = BigInt(terms.fallback);
  const step = (last * BigInt(terms.maxStepBp)) / 10_000n;
  const low = last - step > BigInt(terms.minimum) ? last - step : BigInt(terms.minimum);
  const high = last + step < BigInt(terms.maximum) ? last + step : BigInt(terms.maximum);
  return minor < low ? low : minor > high ? high : minor;
}
