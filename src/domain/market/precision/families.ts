// The shapes g a price of precision may have: concave, never falling, g(0) = 0. Hence no set of cheaper questions wins.
import { z } from 'zod';
import { Refusal } from '../../refusals';
import { compare, fromText, least, over, plus, RateText, ZERO, type Rational } from '../money';
import { arctanTable, logTable } from './curves';
import { interpolate, needConcave, type Knot } from './table';

/** A positive rational as text: `2`, `0.5`, `1/200`. */
const Scale = z.string().regex(/^\d{1,12}(?:\.\d{1,12}|\/\d{1,12})?$/);

export const Family = z.discriminatedUnion('g', [
  z.strictObject({ g: z.literal('linear') }),
  z.strictObject({ g: z.literal('root') }),
  z.strictObject({ g: z.literal('saturating'), k: Scale }),
  z.strictObject({ g: z.literal('capped'), cap: Scale }),
  z.strictObject({ g: z.literal('log'), k: Scale }),
  z.strictObject({ g: z.literal('arctan'), k: Scale }),
  z.strictObject({
    g: z.literal('table'),
    points: z
      .array(z.strictObject({ x: Scale, g: RateText }))
      .min(1)
      .max(256),
  }),
]);
export type Family = z.infer<typeof Family>;

/** g(x) exactly. `root` is irrational: prices of it go through `priceOf`, which compares squares instead. */
export function shapeAt(family: Exclude<Family, { g: 'root' }>, x: Rational): Rational {
  switch (family.g) {
    case 'linear':
      return x;
    case 'saturating':
      return over(x, plus(x, positive(family.k)));
    case 'capped':
      return least(x, positive(family.cap));
    case 'log':
      return interpolate(logTable(), over(x, positive(family.k)));
    case 'arctan':
      return interpolate(arctanTable(), over(x, positive(family.k)));
    case 'table':
      return interpolate(knotsOf(family.points), x);
  }
}

/** Refuses SHAPE_NOT_CONCAVE with the place, SHAPE_SCALE_ZERO. Everything else is concave by its formula. */
export function checkFamily(family: Family): void {
  if (family.g === 'table') needConcave(knotsOf(family.points));
  if (family.g === 'capped') positive(family.cap);
  if ('k' in family) positive(family.k);
}

function knotsOf(points: readonly { x: string; g: string }[]): readonly Knot[] {
  return [{ x: ZERO, g: ZERO }, ...points.map((point) => ({ x: fromText(point.x), g: fromText(point.g) }))];
}

function positive(text: string): Rational {
  const value = fromText(text);
  if (compare(value, ZERO) <= 0) throw new Refusal('SHAPE_SCALE_ZERO');
  return value;
}
