// One price for a set of products, between its dearest member and its sum, allocated by stand-alone price.
import { z } from 'zod';
import { Refusal } from '../../../../refusals';
import { rational, split } from '../../../money';
import { Minor, Product } from '../../fields';
import { intervals, model, nothing, one, priced } from '../../model';

const Member = z.strictObject({ product: Product, standAlone: Minor });
type Member = z.infer<typeof Member>;
const Part = z.strictObject({ members: z.array(Product).min(2).max(32), fee: Minor });

export const bundle = model({
  name: 'bundle',
  terms: z.strictObject({
    model: z.literal('bundle'),
    interval: z.enum(['month', 'quarter', 'year']),
    members: z.array(Member).min(2).max(32),
    fee: Minor,
    /** Smaller bundles sold beside this one; each must keep the bounds too. */
    parts: z.array(Part).max(32),
  }),
  check(terms) {
    const all = terms.members.map((member) => member.product);
    if (new Set(all).size !== all.length) throw new Refusal('BUNDLE_MEMBER');
    needBetween(terms.members, BigInt(terms.fee));
    for (const part of terms.parts) {
      needBetween(membersOf(terms.members, part.members), BigInt(part.fee));
      // A smaller set may not cost more than the larger one that contains it.
      if (BigInt(part.fee) > BigInt(terms.fee)) throw new Refusal('BUNDLE_PRICE', { fee: part.fee, most: terms.fee });
    }
  },
  price(terms, usage) {
    if (usage.event === 'start') return { lines: allocation(terms.members, BigInt(terms.fee)) };
    return usage.event === 'run' ? one('INCLUDED', 'run', 0n, usage.runs) : nothing;
  },
  words({ fee, interval, members }, currency) {
    const { en, zh } = intervals[interval];
    return {
      en: `${priced(fee, currency)} a ${en} for ${String(members.length)} products together`,
      zh: `${String(members.length)} 个产品打包，每${zh} ${priced(fee, currency)}`,
    };
  },
});

/** One line a member, by relative stand-alone price (IFRS 15 §74–76); sums to the fee. */
function allocation(members: readonly Member[], fee: bigint) {
  const weighted = members.map((each) => ({ id: each.product, weight: rational(BigInt(each.standAlone)) }));
  const parts = fee === 0n ? weighted.map(({ id }) => ({ id, minor: 0n })) : split(fee, weighted);
  return parts.map(({ id, minor }) => ({ type: 'FIXED' as const, what: `member:${id}`, quantity: 1n, minor }));
}

/** max(pᵢ) ≤ P ≤ Σpᵢ; refuses BUNDLE_PRICE. */
function needBetween(members: readonly Member[], fee: bigint): void {
  const prices = members.map((member) => BigInt(member.standAlone));
  const least = prices.reduce((a, b) => (a > b ? a : b), 0n);
  const most = prices.reduce((a, b) => a + b, 0n);
  if (fee < least || fee > most)
    throw new Refusal('BUNDLE_PRICE', { fee: String(fee), least: String(least), most: String(most) });
}

function membersOf(members: readonly Member[], wanted: readonly string[]): readonly Member[] {
  const found = members.filter((member) => wanted.includes(member.product));
  if (found.length !== new Set(wanted).size || found.length !== wanted.length) throw new Refusal('BUNDLE_MEMBER');
  return found;
}
