// Largest remainder: parts that always sum to the whole, whoever computes them.
import { Refusal } from '../../refusals';
import { compare, minus, over, rational, sumOf, times, ZERO, type Rational } from './rational';
import { roundDown } from './rounding';

export interface Weighted {
  readonly id: string;
  readonly weight: Rational;
}

export interface Part extends Weighted {
  readonly minor: bigint;
}

/**
 * Splits `whole` ≥ 0 minor units by weight: everybody gets the floor, the units left over go to the largest fractions,
 * ties to the smaller id. Parts come back in id order and sum to `whole`. A weight of zero gets nothing.
 * Refuses SPLIT_WITHOUT_WEIGHT (no positive weight), SPLIT_WEIGHT_NEGATIVE, SPLIT_ID_TWICE.
 */
export function split(whole: bigint, weighted: readonly Weighted[]): readonly Part[] {
  if (whole < 0n) throw new RangeError('cannot split a negative amount');
  const total = checkedTotal(weighted);
  const rows = [...weighted].sort((a, b) => byId(a.id, b.id)).map((row) => floorOf(whole, total, row));
  const left = whole - rows.reduce((sum, row) => sum + row.floor, 0n);
  const luckiest = [...rows].sort((a, b) => compare(b.rest, a.rest) || byId(a.id, b.id)).slice(0, Number(left));
  const lucky = new Set(luckiest.map((row) => row.id));
  return rows.map(({ id, weight, floor }) => ({ id, weight, minor: lucky.has(id) ? floor + 1n : floor }));
}

/** Code-unit order, not the machine's language: every replica must break a tie alike. */
export function byId(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function floorOf(whole: bigint, total: Rational, { id, weight }: Weighted) {
  const exact = over(times(rational(whole), weight), total);
  const floor = roundDown(exact);
  return { id, weight, floor, rest: minus(exact, rational(floor)) };
}

function checkedTotal(weighted: readonly Weighted[]): Rational {
  if (new Set(weighted.map((row) => row.id)).size !== weighted.length) throw new Refusal('SPLIT_ID_TWICE');
  if (weighted.some((row) => row.weight.num < 0n)) throw new Refusal('SPLIT_WEIGHT_NEGATIVE');
  const total = sumOf(weighted.map((row) => row.weight));
  if (compare(total, ZERO) <= 0) throw new Refusal('SPLIT_WITHOUT_WEIGHT', { parties: weighted.length });
  return total;
}
