// Random arbitrage: buy other questions whose answers determine the wanted one, for less. Exact arithmetic throughout.
import { plus, rational, times, type Rational } from '../../../src/domain/market/money';
import { chance, type Chance } from './chance';
import { offered, weak, type Priced } from './families';
import { attackMenus, type MenuReport } from './menus';

export interface FamilyReport {
  readonly name: string;
  readonly attempts: number;
  /** Attacks that paid less than the price. */
  readonly hits: number;
  /** Most minor units saved by one attack. */
  readonly worst: string;
}

export interface Report {
  readonly name: 'market-arbitrage';
  readonly seed: number;
  readonly attempts: number;
  readonly ours: readonly FamilyReport[];
  readonly weak: readonly FamilyReport[];
  readonly menus: MenuReport;
  /** Nothing gained on ours, and the attack is strong enough to break what is weak. */
  readonly held: boolean;
}

interface Trial {
  readonly wanted: Rational;
  readonly bought: readonly Rational[];
}

/** `attempts` per family (200,000 unless told) and a twentieth of it against random accepted menus. */
export function run({ seed = 1, attempts = 200_000 }: { seed?: number; attempts?: number } = {}): Report {
  const reports = attack([...offered, ...weak], seed, attempts);
  const [ours, broken] = [reports.slice(0, offered.length), reports.slice(offered.length)];
  const menus = attackMenus(seed, Math.max(1, Math.floor(attempts / 20)));
  const fell = (part: string) => broken.some((each) => each.name.startsWith(part) && each.hits > 0);
  const held =
    ours.every((each) => each.hits === 0) &&
    menus.hits === 0 &&
    menus.unchecked.hits > 0 &&
    fell('round half up') &&
    fell('eps cubed');
  return { name: 'market-arbitrage', seed, attempts, ours, weak: broken, menus, held };
}

/** Every price meets the same trials. */
function attack(targets: readonly Priced[], seed: number, attempts: number): readonly FamilyReport[] {
  const draw = chance(seed);
  const tallies = targets.map((target) => ({ target, hits: 0, worst: 0n }));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { wanted, bought } = trial(draw);
    for (const tally of tallies) {
      const saved = tally.target.price(wanted) - bought.reduce((sum, x) => sum + tally.target.price(x), 0n);
      if (saved <= 0n) continue;
      tally.hits += 1;
      if (saved > tally.worst) tally.worst = saved;
    }
  }
  return tallies.map(({ target, hits, worst }) => ({ name: target.name, attempts, hits, worst: String(worst) }));
}

function trial(draw: Chance): Trial {
  return draw.perMille(500) ? average(draw) : combination(draw);
}

/** The same question m times, averaged: precisions add. */
function average(draw: Chance): Trial {
  const bought = Array.from({ length: draw.between(2, 6) }, () =>
    rational(BigInt(draw.between(1, 400)), BigInt(draw.between(1, 60))),
  );
  return { wanted: bought.reduce(plus), bought };
}

type Vector = readonly [number, number, number];

/** Other linear questions in R³ with q = Σcᵢqᵢ and variance Σcᵢ²vᵢ; precision of q under variance v is |q|²/v. */
function combination(draw: Chance): Trial {
  const parts = Array.from({ length: draw.between(1, 4) }, () => ({
    q: vector(draw),
    c: rational(BigInt(draw.between(-6, 6)), BigInt(draw.between(1, 3))),
    v: rational(BigInt(draw.between(1, 200)), BigInt(draw.between(1, 20))),
  }));
  const coordinate = (axis: 0 | 1 | 2) => parts.map(({ q, c }) => times(c, rational(BigInt(q[axis])))).reduce(plus);
  const square = [0, 1, 2]
    .map((axis) => coordinate(axis as 0 | 1 | 2))
    .map((each) => times(each, each))
    .reduce(plus);
  const variance = parts.map(({ c, v }) => times(times(c, c), v)).reduce(plus);
  const bought = parts.map(({ q, v }) => ratio(rational(BigInt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2)), v));
  return { wanted: variance.num === 0n ? rational(0n) : ratio(square, variance), bought };
}

function vector(draw: Chance): Vector {
  return [draw.between(-4, 4), draw.between(-4, 4), draw.between(1, 4)];
}

function ratio(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den, a.den * b.num);
}
