// Orders that a seed decides: the same for whoever holds it, and undone by it.
import { uniformBelow, type Random } from '../../safe-answers/random';

/** A uniform permutation of 0 … count − 1 (Fisher, Yates 1938). */
export function permutation(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Number(uniformBelow(BigInt(at + 1), random));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

export const arranged = <T>(items: readonly T[], order: readonly number[]): T[] =>
  order.flatMap((from) => items.slice(from, from + 1));

/** What `arranged` made of it, in the order before. */
export function restored<T>(items: readonly T[], order: readonly number[]): T[] {
  const before = new Array<T>(items.length);
  order.forEach((from, at) => {
    const [item] = items.slice(at, at + 1);
    if (item !== undefined) before[from] = item;
  });
  return before;
}
