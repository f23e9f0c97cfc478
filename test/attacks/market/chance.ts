// Seeded chance for attacks and simulations: the same seed makes the same run on every machine.

export interface Chance {
  /** Uniform integer in [low, high]. */
  between(low: number, high: number): number;
  /** True with this many per mille. */
  perMille(n: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** xorshift128 (Marsaglia 2003), good enough to look for holes with; never used for noise. */
export function chance(seed: number): Chance {
  let [x, y, z, w] = [123456789 ^ seed, 362436069, 521288629, 88675123 + seed];
  const word = () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = (w ^ (w >>> 19) ^ (t ^ (t >>> 8))) >>> 0;
    return w;
  };
  for (let warm = 0; warm < 20; warm += 1) word();
  const between = (low: number, high: number) => low + (word() % (high - low + 1));
  return {
    between,
    perMille: (n) => between(0, 999) < n,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
  };
}
