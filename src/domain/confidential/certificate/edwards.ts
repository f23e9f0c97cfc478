// Edwards additions on plain big integers: what the multi-scalar product spends its time on (Hisil et al. 2008, a = −1).
import { Point } from './group';

export const P = 2n ** 255n - 19n;
const D2 = 0x2406d9dc56dffce7198e80f2eef3d13000e0149a8283b156ebd69b9426b2f159n; // 2d of edwards25519

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. Unreduced signs are fine, sizes stay bounded by the final `% P`. */
export interface Extended {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

/** An affine point prepared for addition: y + x, y − x, 2dxy. */
export interface Prepared {
  readonly plus: bigint;
  readonly minus: bigint;
  readonly twisted: bigint;
}

export const ZERO: Extended = { X: 0n, Y: 1n, Z: 1n, T: 0n };

const finish = (A: bigint, B: bigint, C: bigint, D: bigint): Extended => {
  const [E, F, G, H] = [B - A, D - C, D + C, B + A];
  return { X: (E * F) % P, Y: (G * H) % P, Z: (F * G) % P, T: (E * H) % P };
};

/** a + b, or a − b when `negative`: 7 multiplications. */
export function addPrepared(a: Extended, b: Prepared, negative: boolean): Extended {
  const [plus, minus] = negative ? [b.minus, b.plus] : [b.plus, b.minus];
  const C = (a.T * b.twisted) % P;
  return finish(((a.Y - a.X) * minus) % P, ((a.Y + a.X) * plus) % P, negative ? -C : C, 2n * a.Z);
}

/** a + b: complete, so also right for doubling. */
export function addExtended(a: Extended, b: Extended): Extended {
  const C = (((a.T * D2) % P) * b.T) % P;
  return finish(((a.Y - a.X) * (b.Y - b.X)) % P, ((a.Y + a.X) * (b.Y + b.X)) % P, C, (2n * a.Z * b.Z) % P);
}

export function doubled(a: Extended): Extended {
  const [A, B, sum] = [(a.X * a.X) % P, (a.Y * a.Y) % P, a.X + a.Y];
  const E = ((sum * sum) % P) - A - B;
  const G = B - A;
  const F = G - 2n * a.Z * a.Z;
  const H = -A - B;
  const f = F % P;
  return { X: (E * f) % P, Y: (G * H) % P, Z: (f * G) % P, T: (E * H) % P };
}

const kept = new WeakMap<Point, Prepared>();

/** The prepared form, remembered as long as the point lives. */
export function prepare(point: Point): Prepared {
  const known = kept.get(point);
  if (known) return known;
  const { x, y } = point.toAffine();
  const made = { plus: (y + x) % P, minus: (y - x + P) % P, twisted: (((x * y) % P) * D2) % P };
  kept.set(point, made);
  return made;
}

function inverse(value: bigint): bigint {
  let [a, b, u, v] = [((value % P) + P) % P, P, 1n, 0n];
  while (a > 1n) {
    const q = b / a;
    [a, b] = [b - q * a, a];
    [u, v] = [v - q * u, u];
  }
  return ((u % P) + P) % P;
}

/** Back to the group: any Edwards representative of the coset is the same ristretto255 element. */
export function toPoint(a: Extended): Point {
  const z = inverse(a.Z);
  const affine = (value: bigint): bigint => (((value * z) % P) + P) % P;
  return Point.fromAffine({ x: affine(a.X), y: affine(a.Y) });
}
