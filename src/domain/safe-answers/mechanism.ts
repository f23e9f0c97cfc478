// What noise a number gets: sensitivity and rho in, exact scale out.
import { discreteGaussian, discreteLaplace } from './samplers';
import type { Random } from './random';
import { sqrtBelow } from './bounds';
import { multiply, rational, toText, type Rational } from './rational';

/** `gaussian`: variance parameter sigma². `laplace`: scale b, and the pure epsilon it pays for. */
export type Noise =
  | { readonly of: 'gaussian'; readonly variance: Rational }
  | { readonly of: 'laplace'; readonly scale: Rational; readonly epsilon: Rational };

export interface Sensitivity {
  /** Most groups one unit is counted in. */
  readonly l0: bigint;
  /** Most that one unit can change one group's value. */
  readonly linf: bigint;
}

/**
 * The noise that makes one integer vector rho-zCDP under adding or removing one unit.
 * Gaussian: sigma² = D2²/(2 rho), D2² = L0·Linf² kept exact (Canonne, Kamath, Steinke 2020, theorem 4).
 * Laplace: b = D1/epsilon, D1 = L0·Linf, epsilon the largest fraction found with epsilon²/2 ≤ rho (Bun, Steinke 2016, 1.4).
 */
export function noiseFor(mechanism: 'gaussian' | 'laplace', { l0, linf }: Sensitivity, rho: Rational): Noise {
  const twice = multiply(rho, rational(2n));
  if (mechanism === 'gaussian') return { of: 'gaussian', variance: rational(l0 * linf * linf * twice.den, twice.num) };
  const epsilon = sqrtBelow(twice);
  return { of: 'laplace', scale: rational(l0 * linf * epsilon.den, epsilon.num), epsilon };
}

/** One text for one noise: the key of pools and of the interval memory. */
export const noiseText = (noise: Noise): string =>
  noise.of === 'gaussian' ? `gaussian ${toText(noise.variance)}` : `laplace ${toText(noise.scale)}`;

/** One exact draw. */
export const draw = (noise: Noise, random: Random): bigint =>
  noise.of === 'gaussian' ? discreteGaussian(noise.variance, random) : discreteLaplace(noise.scale, random);
