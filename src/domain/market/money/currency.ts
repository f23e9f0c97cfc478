// ISO 4217 codes and how many decimals their minor unit has. Everything not listed with 0, 3 or 4 has 2.
import { Refusal } from '../../refusals';

const TWO =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE ' +
  'CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD ' +
  'KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR ' +
  'PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU ' +
  'UZS VED VES WST XCD YER ZAR ZMW';
const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...TWO.split(' ').map((code) => [code, 2] as const),
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
]);

/** Decimals of the currency's minor unit (JPY 0, CNY 2, KWD 3); refuses CURRENCY_UNKNOWN. */
export function exponentOf(code: string): number {
  const exponent = EXPONENTS.get(code);
  if (exponent === undefined) throw new Refusal('CURRENCY_UNKNOWN', { currency: code.slice(0, 8) });
  return exponent;
}

/** Minor units in one major unit: 1, 100, 1000. */
export function minorPerMajor(code: string): bigint {
  return 10n ** BigInt(exponentOf(code));
}

export function isCurrency(code: string): boolean {
  return EXPONENTS.has(code);
}
