// Noisy counts made plain to read: none below zero, and parts that add up to their total.
import { ceilDiv } from './rational';

const above = (n: bigint): bigint => (n > 0n ? n : 0n);
const total = (all: readonly bigint[]): bigint => all.reduce((sum, n) => sum + n, 0n);

/**
 * The non-negative integers nearest to `counts` (least squares) whose sum is max(0, Σ counts): all parts move down by one
 * common amount and stop at 0. Left-over ones from rounding go to the first parts that stay above 0. Post-processing only.
 */
export function consistent(counts: readonly bigint[]): readonly bigint[] {
  const wanted = above(total(counts));
  if (counts.every((n) => n >= 0n)) return counts;
  if (wanted === 0n) return counts.map(() => 0n);
  const falling = [...counts].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  let [sum, move] = [0n, 0n];
  for (const [i, n] of falling.entries()) {
    const kept = BigInt(i + 1);
    // n stays above 0 after moving by (sum + n − wanted)/kept: simplex projection, Duchi et al. 2008, figure 1.
    if (n * kept <= sum + n - wanted) break;
    sum += n;
    move = ceilDiv(sum - wanted, kept);
  }
  const moved = counts.map((n) => above(n - move));
  let short = wanted - total(moved);
  return moved.map((n, i) => {
    if (short === 0n || (counts[i] ?? 0n) - move < 0n) return n;
    short -= 1n;
    return n + 1n;
  });
}
