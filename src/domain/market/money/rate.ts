// Rates: prices per unit in major units as decimal strings, up to 12 decimals, never negative, never floats.
import { z } from 'zod';
import { Refusal } from '../../refusals';
import { minorPerMajor } from './currency';
import { fromText, rational, times, type Rational } from './rational';

const RATE = /^\d{1,15}(?:\.\d{1,12})?$/;

/** For schemas of plans; `rate` says which rule a text breaks. */
export const RateText = z.string().regex(RATE);

/** The exact value; refuses RATE_NEGATIVE, RATE_TOO_PRECISE (more than 12 decimals), RATE_UNREADABLE. */
export function rate(text: string): Rational {
  if (text.startsWith('-')) throw new Refusal('RATE_NEGATIVE');
  if (/^\d{1,15}\.\d{13,}$/.test(text)) throw new Refusal('RATE_TOO_PRECISE', { decimals: 12 });
  if (!RATE.test(text)) throw new Refusal('RATE_UNREADABLE');
  return fromText(text);
}

/** The rate in minor units of the currency, still exact: `0.05` CNY is 5, `0.05` JPY is 1/20. */
export function rateInMinor(text: string, currency: string): Rational {
  return times(rate(text), rational(minorPerMajor(currency)));
}
