// The group of the sum certificate: ristretto255 (RFC 9496), its scalar field, and generators nobody knows a relation of.
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { b64u, fromB64u, utf8 } from '../../canonical';
import { Refusal } from '../../refusals';

export type Point = InstanceType<typeof ristretto255.Point>;
export const Point = ristretto255.Point;
export const IDENTITY: Point = Point.ZERO;

/** The order of the group, a 253-bit prime; shares and blindings are integers modulo this. */
export const ORDER: bigint = Point.Fn.ORDER;

const DST = 'aggregora/sum-certificate/1 ristretto255_XMD:SHA-512_R255MAP_RO_';
const derive = (name: string): Point => ristretto255_hasher.hashToCurve(utf8(name), { DST: utf8(DST) });

const cells: Point[] = [];

/** Generators of the cells 0 … count − 1, by hashing to the group (RFC 9380, appendix B); kept, since each costs 0.4 ms. */
export function generators(count: number): readonly Point[] {
  while (cells.length < count) cells.push(derive(`G|${String(cells.length)}`));
  return cells.slice(0, count);
}

/** The generator that carries the blinding. */
export const BLINDING: Point = derive('H');

/** Base64url of the 32 canonical bytes. */
export const writePoint = (point: Point): string => b64u(point.toBytes());

/** Refuses POINT_MALFORMED unless the text is one canonical element (RFC 9496 §4.3.1). */
export function readPoint(text: string): Point {
  try {
    return Point.fromBytes(fromB64u(text, 32));
  } catch {
    throw new Refusal('POINT_MALFORMED');
  }
}

export const sumPoints = (points: readonly Point[]): Point =>
  points.reduce((total, point) => total.add(point), IDENTITY);
