// How a plan reads one value of a row: as a fixed-point integer, an instant, a truth value or text. Nothing here can fail on a row.
import { dayMs, dayText } from '../domains';

/**
 * A value in memory. Decimals are text such as `12.50`; days `2026-01-31`; instants ISO text, UTC where no zone is given. A
 * number with a fraction is what a source of doubles would hold.
 */
export type Value = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Value>>;

/** No fixed-point number is read beyond this; bounds and edges lie far inside. */
const FAR = 9_000_000_000_000_000_000n;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/;

const held = (n: bigint): bigint => (n > FAR ? FAR : n < -FAR ? -FAR : n);

/** round(value × 10^scale), halves away from zero as SQL's round() does; undefined for NULL, NaN and text that is no number. */
export function fixed(value: Value | undefined, scale: number): bigint | undefined {
  if (typeof value === 'bigint') return held(value * 10n ** BigInt(scale));
  if (typeof value === 'string') return fixedText(value, scale);
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  if (Number.isSafeInteger(value)) return held(BigInt(value) * 10n ** BigInt(scale));
  // A double: the same product and the same half as the sources' SQL, so that both round alike.
  const product = value * 10 ** scale;
  if (Math.abs(product) >= Number(FAR)) return value > 0 ? FAR : -FAR;
  return BigInt(value >= 0 ? Math.floor(product + 0.5) : Math.ceil(product - 0.5));
}

function fixedText(text: string, scale: number): bigint | undefined {
  const found = DECIMAL.exec(text);
  if (found === null) return undefined;
  const [, sign, whole = '', fraction = ''] = found;
  const kept = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  const rounded = (fraction[scale] ?? '0') >= '5' ? kept + 1n : kept;
  return held(sign === '-' ? -rounded : rounded);
}

/** Milliseconds since 1970 UTC of ISO text; undefined for anything else. */
export function instantOf(value: Value | undefined): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return undefined;
  const iso = value.replace(' ', 'T');
  const zoned = iso.includes('T') && !/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? `${iso}Z` : iso;
  const instant = Date.parse(zoned);
  return Number.isNaN(instant) ? undefined : instant;
}

/** The UTC day of a date or an instant. */
export function dayOf(value: Value | undefined): string | undefined {
  const instant = instantOf(value);
  return instant === undefined ? undefined : dayText(Math.floor(instant / dayMs));
}

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  n: false,
  '0': false,
};

/** The truth value, also of its usual spellings. */
export function truthOf(value: Value | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textOf(value)?.toLowerCase() ?? '';
  return Object.hasOwn(truths, text) ? truths[text] : undefined;
}

export const textOf = (value: Value | undefined): string | undefined =>
  value === null || value === undefined ? undefined : String(value);
