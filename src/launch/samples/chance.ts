// A small seeded generator for synthetic rows only: same seed, same city. It is never used for noise or keys.

export interface Chance {
  /** Uniform integer in [0, below). */
  below(below: number): number;
  /** An index, each with its weight (integers). */
  weighted(weights: readonly number[]): number;
  /** Roughly bell-shaped integer: the mean of six uniforms on [low, high]. */
  around(low: number, high: number): number;
}

/** xoshiro128** (Blackman, Vigna 2018), seeded by splitmix32. Returns integers only. */
export function chance(seed: number): Chance {
  let mix = seed >>> 0;
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()] as [number, number, number, number];
  const rotate = (x: number, k: number) => ((x << k) | (x >>> (32 - k))) >>> 0;
  const next = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result;
  };
  const below = (n: number) => Math.floor((next() / 0x1_0000_0000) * n);
  return {
    below,
    weighted(weights) {
      let left = below(weights.reduce((sum, w) => sum + w, 0));
      return weights.findIndex((w) => (left -= w) < 0);
    },
    around(low, high) {
      let sum = 0;
      for (let i = 0; i < 6; i++) sum += below(high - low + 1);
      return low + Math.round(sum / 6);
    },
  };
}
