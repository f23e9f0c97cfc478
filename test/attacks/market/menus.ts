// Random menus: those we accept against random shopping lists, and those nobody checked.
import { fromText, plus, rational, type Rational } from '../../../src/domain/market/money';
import { attacksOn, closureOf, menuPrice, type Menu } from '../../../src/domain/market/precision';
import { chance, type Chance } from './chance';

export interface MenuReport {
  readonly attempts: number;
  readonly hits: number;
  readonly unchecked: { readonly menus: number; readonly hits: number };
}

/** `attempts` shopping lists against accepted menus (a fresh one every ten), and the same menus as they were before the check. */
export function attackMenus(seed: number, attempts: number): MenuReport {
  const draw = chance(seed + 1);
  let [hits, menus, open] = [0, 0, 0];
  let accepted: Menu = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt % 10 === 0) {
      const raw = randomMenu(draw);
      menus += 1;
      if (attacksOn(raw).length > 0) open += 1;
      accepted = closureOf(raw);
    }
    if (beats(accepted, draw)) hits += 1;
  }
  return { attempts, hits, unchecked: { menus, hits: open } };
}

/** A random list from the menu against the one item that offers as much. */
function beats(menu: Menu, draw: Chance): boolean {
  let [x, cost]: [Rational, bigint] = [rational(0n), 0n];
  for (let count = draw.between(1, 6); count > 0; count -= 1) {
    const item = menu[draw.between(0, menu.length - 1)];
    if (item === undefined) continue;
    x = plus(x, fromText(item.x));
    cost += BigInt(item.minor);
  }
  return menu.some((item) => {
    const offered = fromText(item.x);
    const reached = offered.num * x.den <= x.num * offered.den;
    return reached && menuPrice(menu, offered) > cost;
  });
}

function randomMenu(draw: Chance): Menu {
  const size = draw.between(2, 6);
  const xs = new Set(Array.from({ length: size }, () => draw.between(1, 60)));
  return [...xs].map((x) => ({ x: `${String(x)}/20`, minor: String(draw.between(1, 900)) }));
}
