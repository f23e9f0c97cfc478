// Numbers in documents are exact: an integer, or decimal text; inside, everything is a scaled bigint.
import { z } from 'zod';

/** Decimal text has one spelling: no leading zeros, no plus, no exponent. */
const decimalText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** The largest scaled magnitude any bound may have: at 10^15 a double still carries eighths, so rounding by +0.5 is exact. */
export const widest = 10n ** 15n;

export const Quantity = z.union([z.int(), z.string().max(40).regex(decimalText)]);
export type Quantity = z.infer<typeof Quantity>;

export const Scale = z.int().min(0).max(9);

/** The quantity times 10^scale, exactly; undefined when it has more digits than `scale` or is not a quantity. */
export function toScaled(quantity: Quantity, scale: number): bigint | undefined {
  const text = String(quantity);
  if (!decimalText.test(text)) return undefined;
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > scale) return undefined;
  const magnitude = BigInt(whole + digits.padEnd(scale, '0'));
  return text.startsWith('-') ? -magnitude : magnitude;
}

/** The scaled integer as decimal text in its one spelling: `fromScaled(1250n, 2) === '12.5'`. */
export function fromScaled(scaled: bigint, scale: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The one spelling of a quantity in canonical documents: an integer where it is one, decimal text elsewhere. */
export function canonicalQuantity(scaled: bigint, scale: number): Quantity {
  const text = fromScaled(scaled, scale);
  return text.includes('.') ? text : Number(text);
}

/** The scaled integer as text with exactly `scale` decimals: how band keys are spelled. */
export function fixedText(scaled: bigint, scale: number): string {
  if (scale === 0) return scaled.toString();
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, '0');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
