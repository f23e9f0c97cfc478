// Every model that sells single runs prices precision the same way: by P(x) or by a checked menu.
import { z } from 'zod';
import { fromText } from '../money';
import { checkMenu, checkPrecision, Menu, menuPrice, PrecisionTerms, priceOf } from '../precision';
import { priced, type Usage, type Words } from './model';

export const RunPrice = z.union([PrecisionTerms, z.strictObject({ menu: Menu })]);
export type RunPrice = z.infer<typeof RunPrice>;

/** Minor units for `usage.runs` runs of `usage.rho` each. Refuses PRECISION_NOT_OFFERED. */
export function runsPrice(price: RunPrice, usage: Usage, currency: string): bigint {
  const x = fromText(usage.rho);
  return usage.runs * ('menu' in price ? menuPrice(price.menu, x) : priceOf(price, x, currency));
}

/** Refuses MENU_EXPLOITABLE, MENU_TOO_FINE, SHAPE_NOT_CONCAVE, SHAPE_SCALE_ZERO. */
export function checkRunPrice(price: RunPrice, currency: string): void {
  if ('menu' in price) checkMenu(price.menu);
  else checkPrecision(price, currency);
}

/** What one run costs, in words. */
export function runPriceWords(price: RunPrice, currency: string): Words {
  if ('menu' in price) {
    const items = price.menu.map(({ x, minor }) => `rho ≤ ${x}: ${priced(minor, currency)}`).join(', ');
    return { en: `by a menu of precisions: ${items}`, zh: `按精度菜单计价：${items}` };
  }
  const { base, rate, family } = price;
  return {
    en: `${base} ${currency} a question plus ${rate} ${currency} times the precision (${family.g} in rho), rounded up`,
    zh: `每次 ${base} ${currency}，另加 ${rate} ${currency} × 精度（rho 的 ${family.g} 函数），向上取整`,
  };
}
