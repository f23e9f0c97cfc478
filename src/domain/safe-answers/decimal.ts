// Integers on their way out: fixed-point text and JSON integers.
import { floorDiv } from './rational';

/** value·10^−scale as text with exactly `scale` decimals. */
export function decimal(value: bigint, scale: number): string {
  if (scale === 0) return `${value}`;
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** An integer as JSON: a number while every reader keeps it exact, a string beyond 2^53. */
export const integer = (value: bigint): number | string =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : `${value}`;

/** A measured value as JSON: an integer at scale 0, decimal text otherwise. */
export const figure = (value: bigint, scale: number): number | string =>
  scale === 0 ? integer(value) : decimal(value, scale);

/** num/den to the nearest integer, halves up; den > 0. */
export const nearest = (num: bigint, den: bigint): bigint => floorDiv(2n * num + den, 2n * den);
