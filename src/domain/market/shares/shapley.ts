// Shapley values: exact over all coalitions up to 16 players, seeded permutation sampling above.
import { createHash } from 'node:crypto';
import { Refusal } from '../../refusals';
import { over, rational, type Rational } from '../money';

/** Value of a coalition, as a bit set of player indexes; whole units, and value(0) = 0. */
export type Value = (coalition: number) => bigint;

const MOST_EXACT = 16;
const MOST_SAMPLED = 30;

/** Exact: φᵢ = Σ_S |S|!(n−|S|−1)!/n! · (v(S∪i) − v(S)) (Shapley 1953). Sums to v(all). Refuses SHAPLEY_TOO_MANY above 16. */
export function shapley(players: number, value: Value): readonly Rational[] {
  if (players < 1 || players > MOST_EXACT) throw new Refusal('SHAPLEY_TOO_MANY', { players, most: MOST_EXACT });
  const all = 1 << players;
  const worth = Array.from({ length: all }, (_, coalition) => value(coalition));
  const factorials = [1n];
  for (let n = 1; n <= players; n += 1) factorials.push((factorials[n - 1] ?? 1n) * BigInt(n));
  const factorial = (n: number) => factorials[n] ?? 1n;
  const sums = Array.from({ length: players }, () => 0n);
  for (let coalition = 0; coalition < all; coalition += 1) {
    const size = bits(coalition);
    const before = worth[coalition] ?? 0n;
    for (let player = 0; player < players; player += 1) {
      if (coalition & (1 << player)) continue;
      const gain = (worth[coalition | (1 << player)] ?? 0n) - before;
      sums[player] = (sums[player] ?? 0n) + factorial(size) * factorial(players - size - 1) * gain;
    }
  }
  return sums.map((sum) => over(rational(sum), rational(factorial(players))));
}

/**
 * Sampled: the mean marginal gain over `permutations` orders drawn from SHA-256 of the seed (kept on the ledger, so an
 * auditor draws the same). Also sums to v(all) exactly. Refuses SHAPLEY_TOO_MANY above 30.
 */
export function sampledShapley(players: number, value: Value, seed: string, permutations: number): readonly Rational[] {
  if (players < 1 || players > MOST_SAMPLED) throw new Refusal('SHAPLEY_TOO_MANY', { players, most: MOST_SAMPLED });
  const draw = stream(seed);
  const sums = Array.from({ length: players }, () => 0n);
  for (let round = 0; round < permutations; round += 1) {
    let coalition = 0;
    let before = 0n;
    for (const player of shuffled(players, draw)) {
      coalition |= 1 << player;
      const now = value(coalition);
      sums[player] = (sums[player] ?? 0n) + now - before;
      before = now;
    }
  }
  return sums.map((sum) => rational(sum, BigInt(permutations)));
}

function shuffled(players: number, draw: (below: number) => number): readonly number[] {
  const order = Array.from({ length: players }, (_, index) => index);
  for (let last = players - 1; last > 0; last -= 1) {
    const other = draw(last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

/** Uniform integers below a bound, by rejection, from SHA-256(seed ‖ counter). */
function stream(seed: string): (below: number) => number {
  let counter = 0;
  let words: number[] = [];
  const word = () => {
    if (words.length === 0) {
      const block = createHash('sha256')
        .update(`${seed}|${String(counter)}`)
        .digest();
      counter += 1;
      words = Array.from({ length: 8 }, (_, index) => block.readUInt32BE(index * 4));
    }
    return words.pop() ?? 0;
  };
  return (below) => {
    const fair = 2 ** 32 - (2 ** 32 % below);
    for (;;) {
      const drawn = word();
      if (drawn < fair) return drawn % below;
    }
  };
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
