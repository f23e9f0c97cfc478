// Money: whole minor units of one currency. Two currencies never meet in one sum.
import { z } from 'zod';
import { Refusal } from '../../refusals';
import { exponentOf, isCurrency } from './currency';

export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

export const Currency = z.string().refine(isCurrency, 'an ISO 4217 code');

/** Money as JSON carries it: the amount as text with exactly the currency's decimals. */
export const MoneyText = z.strictObject({ amount: z.string().max(40), currency: Currency });
export type MoneyText = z.infer<typeof MoneyText>;

/** Minor units of a known currency; refuses CURRENCY_UNKNOWN. */
export function money(minor: bigint, currency: string): Money {
  exponentOf(currency);
  return { minor, currency };
}

/** a + b; refuses CURRENCY_MISMATCH. */
export function addMoney(a: Money, b: Money): Money {
  needSameCurrency(a.currency, b.currency);
  return { minor: a.minor + b.minor, currency: a.currency };
}

export function needSameCurrency(a: string, b: string): void {
  if (a !== b) throw new Refusal('CURRENCY_MISMATCH', { expected: a, given: b });
}

/** `1234.50` for 123450 CNY, `1234` for JPY: all decimals of the currency, always. */
export function amountText({ minor, currency }: Money): string {
  const exponent = exponentOf(currency);
  const digits = String(minor < 0n ? -minor : minor).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return minor < 0n ? `-${text}` : text;
}

export function moneyText(value: Money): MoneyText {
  return { amount: amountText(value), currency: value.currency };
}

/** Money of its JSON form; refuses CURRENCY_UNKNOWN, and AMOUNT_UNREADABLE when decimals do not fit the currency. */
export function readMoney(text: MoneyText): Money {
  const exponent = exponentOf(text.currency);
  const [, sign, whole, decimals = ''] = /^(-?)(\d{1,24})(?:\.(\d{1,4}))?$/.exec(text.amount) ?? [];
  if (whole === undefined || decimals.length > exponent) throw new Refusal('AMOUNT_UNREADABLE');
  const minor = BigInt(whole + decimals.padEnd(exponent, '0'));
  return { minor: sign === '-' ? -minor : minor, currency: text.currency };
}
