// The cheapest shopping list that reaches a precision: an unbounded covering knapsack, solved exactly over integers.
import { Refusal } from '../../refusals';
import type { Step } from './menu';

export interface Cover {
  readonly cost: bigint;
  readonly buy: readonly { readonly item: number; readonly times: bigint }[];
}

/** More table cells than this are refused rather than computed. */
const CELLS = 2_000_000n;

/**
 * The cheapest list whose precisions sum to `need` or more. Lists that cost `limit` or more need not be found.
 * Works along precision or along price, whichever table is shorter. Refuses MENU_TOO_FINE when both are too long.
 */
export function cheapestCover(steps: readonly Step[], need: bigint, limit: bigint): Cover | undefined {
  const free = steps.findIndex((step) => step.price === 0n);
  const gift = steps[free];
  if (gift !== undefined) return { cost: 0n, buy: [{ item: free, times: (need + gift.x - 1n) / gift.x }] };
  if (need <= limit && need <= CELLS) return alongPrecision(steps, Number(need));
  if (limit <= CELLS) return alongPrice(steps, need, Number(limit));
  if (need <= CELLS) return alongPrecision(steps, Number(need));
  throw new Refusal('MENU_TOO_FINE', { cells: Number(CELLS) });
}

/** best[n] = lowest cost of precision n or more. */
function alongPrecision(steps: readonly Step[], need: number): Cover {
  const best: bigint[] = [0n];
  const choice: number[] = [-1];
  for (let n = 1; n <= need; n += 1) {
    let [low, by] = [-1n, -1];
    for (const [item, step] of steps.entries()) {
      const cost = (best[step.x >= BigInt(n) ? 0 : n - Number(step.x)] ?? 0n) + step.price;
      if (low < 0n || cost < low) [low, by] = [cost, item];
    }
    best.push(low);
    choice.push(by);
  }
  const bought: number[] = [];
  for (let n = need; n > 0;) {
    const item = choice[n] ?? 0;
    bought.push(item);
    const x = steps[item]?.x ?? 1n;
    n = x >= BigInt(n) ? 0 : n - Number(x);
  }
  return { cost: best[need] ?? 0n, buy: counted(bought) };
}

/** reach[c] = most precision for c or less; stops at the first budget below `limit` that reaches `need`. */
function alongPrice(steps: readonly Step[], need: bigint, limit: number): Cover | undefined {
  const reach: bigint[] = [0n];
  const choice: number[] = [-1];
  for (let cost = 1; cost < limit; cost += 1) {
    let [most, by] = [reach[cost - 1] ?? 0n, -1];
    for (const [item, step] of steps.entries()) {
      if (step.price > BigInt(cost)) continue;
      const got = (reach[cost - Number(step.price)] ?? 0n) + step.x;
      if (got > most) [most, by] = [got, item];
    }
    reach.push(most);
    choice.push(by);
    if (most >= need) return { cost: BigInt(cost), buy: counted(walkBack(steps, choice, cost)) };
  }
  return undefined;
}

function walkBack(steps: readonly Step[], choice: readonly number[], from: number): readonly number[] {
  const bought: number[] = [];
  for (let cost = from; cost > 0;) {
    const item = choice[cost] ?? -1;
    if (item >= 0) bought.push(item);
    cost -= item < 0 ? 1 : Number(steps[item]?.price ?? 1n);
  }
  return bought;
}

function counted(items: readonly number[]): Cover['buy'] {
  const times = new Map<number, bigint>();
  for (const item of items) times.set(item, (times.get(item) ?? 0n) + 1n);
  return [...times].sort(([a], [b]) => a - b).map(([item, count]) => ({ item, times: count }));
}
