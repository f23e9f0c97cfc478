// Money as the servers write it: whole minor units as text; shown in the currency's own decimals, without rounding.

/** Decimals of a currency, as the browser knows ISO 4217. */
const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** `1234.50` of 123450 in CNY, `1234` in JPY. */
export function majors(minor: string, currency: string): string {
  const decimals = decimalsOf(currency);
  const negative = minor.startsWith('-');
  const digits = (negative ? minor.slice(1) : minor).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return negative ? `-${text}` : text;
}
