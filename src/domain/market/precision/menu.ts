// A menu is a list of precisions with prices. It is accepted only if no shopping list beats one of its own items.
import { z } from 'zod';
import { Refusal } from '../../refusals';
import { compare, fromText, gcd, type Rational } from '../money';
import { cheapestCover } from './cover';

/** Prices in minor units as whole-number text; x as rho text, positive. */
export const Menu = z
  .array(
    z.strictObject({ x: z.string().regex(/^\d{1,9}(?:\.\d{1,9}|\/\d{1,9})?$/), minor: z.string().regex(/^\d{1,15}$/) }),
  )
  .min(1)
  .max(32);
export type Menu = z.infer<typeof Menu>;

export interface Attack {
  /** Index of the item nobody needs to pay for. */
  readonly target: number;
  /** What to buy instead: item index and how many. */
  readonly buy: readonly { readonly item: number; readonly times: bigint }[];
  readonly cost: bigint;
  readonly saved: bigint;
}

/** One item in whole steps of precision. */
export interface Step {
  readonly x: bigint;
  readonly price: bigint;
}

/**
 * The best attack on every item that can be undercut: p*(x) = min{Σ nᵢpᵢ : Σ nᵢxᵢ ≥ x} below its price. Empty means the
 * menu equals its closure, which is arbitrage-free (Chen, Koutris, Kumar 2019). Refuses MENU_TOO_FINE.
 */
export function attacksOn(menu: Menu): readonly Attack[] {
  const steps = stepsOf(menu);
  return steps.flatMap(({ x, price }, target) => {
    const cover = cheapestCover(steps, x, price);
    if (cover === undefined || cover.cost >= price) return [];
    return [{ target, buy: cover.buy, cost: cover.cost, saved: price - cover.cost }];
  });
}

/** Refuses MENU_EXPLOITABLE with the attack in the details, so that the owner sees it. */
export function checkMenu(menu: Menu): void {
  const [attack] = attacksOn(menu);
  if (attack === undefined) return;
  throw new Refusal('MENU_EXPLOITABLE', {
    target: attack.target,
    buy: attack.buy.map(({ item, times }) => `${String(times)} x item ${String(item)}`),
    cost: String(attack.cost),
    saved: String(attack.saved),
  });
}

/** The closure: the same precisions at the lowest price a clever buyer would pay; what a repair would publish. */
export function closureOf(menu: Menu): Menu {
  const lower = new Map(attacksOn(menu).map((attack) => [attack.target, attack.cost]));
  return menu.map((item, index) => ({ x: item.x, minor: String(lower.get(index) ?? BigInt(item.minor)) }));
}

/** The cheapest single item of at least x, which on an accepted menu is also the cheapest way. Refuses PRECISION_NOT_OFFERED. */
export function menuPrice(menu: Menu, x: Rational): bigint {
  if (x.num === 0n) return 0n;
  const enough = menu.filter((item) => compare(fromText(item.x), x) >= 0).map((item) => BigInt(item.minor));
  const [first, ...rest] = enough;
  if (first === undefined) throw new Refusal('PRECISION_NOT_OFFERED');
  return rest.reduce((low, price) => (price < low ? price : low), first);
}

/** Precisions as whole multiples of their greatest common step. */
export function stepsOf(menu: Menu): readonly Step[] {
  const exact = menu.map((item) => fromText(item.x));
  if (exact.some((x) => x.num <= 0n)) throw new Refusal('PRECISION_NOT_OFFERED');
  const den = exact.reduce((lcm, x) => (lcm / gcd(lcm, x.den)) * x.den, 1n);
  const whole = exact.map((x) => x.num * (den / x.den));
  const shared = whole.reduce((all, x) => gcd(all, x), 0n);
  return menu.map((item, index) => ({ x: (whole[index] ?? 0n) / shared, price: BigInt(item.minor) }));
}
