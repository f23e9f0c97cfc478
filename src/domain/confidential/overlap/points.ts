// Curve25519 by its u-coordinates (RFC 7748): units as points, exponents that commute and multiply, lists as bytes.
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { ed25519, ed25519_hasher } from '@noble/curves/ed25519.js';
import { b64u, concatBytes, hex, sha256, utf8 } from '../../canonical';
import { Refusal } from '../../refusals';
import { readInteger, writeInteger } from '../certificate';

export const POINT_BYTES = 32;
const { Fp, Fn } = ed25519.Point;
const DST = utf8('aggregora/overlap/1 edwards25519_XMD:SHA-512_ELL2_RO_');

/** A clamped exponent: 32 little-endian bytes, 2^254 + 8·k. A point of the large subgroup stays in it. */
export type Exponent = Uint8Array;

/** Lets others have the thread for a moment: a list of 10,000 points takes seconds. */
export type Breathe = () => Promise<void>;
const STRETCH = 64;

/** A list of points with the base that went through every exponent the points went through. */
export interface PointList {
  readonly base: Uint8Array;
  readonly points: readonly Uint8Array[];
}

/** u = 9: where every list's base begins. */
export const GENERATOR: Uint8Array = Uint8Array.of(9, ...new Uint8Array(31));

/**
 * The one text of a unit's name in both repositories: Unicode NFC, no white space at either end. Case, zeros and hyphens are
 * kept: two owners whose names differ in these must agree on one spelling before they ask.
 */
export const unitText = (name: string): string => name.normalize('NFC').trim();

/** A unit as a point of the large subgroup, another one for every question (RFC 9380, edwards25519_XMD:SHA-512_ELL2_RO_). */
export function unitPoint(question: string, unit: string): Uint8Array {
  const { Y, Z } = ed25519_hasher.hashToCurve(utf8(`${question}\0${unit}`), { DST });
  // RFC 7748 §4.1: u = (1 + y)/(1 − y).
  return writeInteger(Fp.mul(Fp.add(Z, Y), Fp.inv(Fp.sub(Z, Y))), POINT_BYTES);
}

/** RFC 7748 §5, decodeScalar25519. */
export function exponentOf(bytes: Uint8Array): Exponent {
  const clamped = bytes.slice(0, POINT_BYTES);
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[31] = ((clamped[31] ?? 0) & 127) | 64;
  return clamped;
}

const LEAST = 1n << 251n;

/** The clamped exponent ± value modulo the group order: u-coordinates do not know the sign. */
function clampedOf(value: bigint): Exponent {
  const eighth = Fn.mul(value, Fn.inv(8n));
  const k = eighth < LEAST ? Fn.ORDER - eighth : eighth;
  // The order is 2^252 + 2^124.6: of k and −k one lies in [2^251, 2^252), but for one value in 2^126.
  if (k < LEAST || k >= LEAST << 1n) throw new Error('An exponent without a clamped form.');
  return writeInteger(8n * k, POINT_BYTES);
}

const modOrder = (exponent: Exponent): bigint => Fn.create(readInteger(exponent));

/** One exponent that does what all of these do, one after another. */
export const product = (...exponents: readonly Exponent[]): Exponent =>
  clampedOf(exponents.reduce((all, one) => Fn.mul(all, modOrder(one)), 1n));

/** The exponent that undoes this one. */
export const inverse = (exponent: Exponent): Exponent => clampedOf(Fn.inv(modOrder(exponent)));

// A public key as JWK is read five times faster than as DER; its x of a private one is not used.
const okp = { kty: 'OKP', crv: 'X25519' } as const;
const keyOf = (exponent: Exponent): KeyObject =>
  createPrivateKey({ key: { ...okp, d: b64u(exponent), x: b64u(GENERATOR) }, format: 'jwk' });

function raise(privateKey: KeyObject, point: Uint8Array): Uint8Array {
  const publicKey = createPublicKey({ key: { ...okp, x: b64u(point) }, format: 'jwk' });
  try {
    return new Uint8Array(diffieHellman({ privateKey, publicKey }));
  } catch {
    // RFC 7748 §6.1: the all-zero result of a point of small order.
    throw new Refusal('OVERLAP_LIST_MALFORMED', { why: 'order' });
  }
}

/** Each point to the exponent, at one go. Refuses OVERLAP_LIST_MALFORMED for a point of small order. */
export function raisedNow(points: readonly Uint8Array[], exponent: Exponent): Uint8Array[] {
  const key = keyOf(exponent);
  return points.map((point) => raise(key, point));
}

/** The same with pauses. */
export async function raised(
  points: readonly Uint8Array[],
  exponent: Exponent,
  breathe: Breathe,
): Promise<Uint8Array[]> {
  return inStretches(points, breathe, (some) => raisedNow(some, exponent));
}

/** A long list a stretch at a time. */
export async function inStretches<T, U>(
  items: readonly T[],
  breathe: Breathe,
  work: (some: readonly T[]) => readonly U[],
): Promise<U[]> {
  const found: U[] = [];
  for (let at = 0; at < items.length; at += STRETCH) {
    await breathe();
    found.push(...work(items.slice(at, at + STRETCH)));
  }
  return found;
}

/** Base and points to the exponent. */
export async function raisedList(list: PointList, exponent: Exponent, breathe: Breathe): Promise<PointList> {
  const [base = GENERATOR, ...points] = await raised([list.base, ...list.points], exponent, breathe);
  return { base, points };
}

/** One point to each exponent. */
export const powers = (point: Uint8Array, exponents: readonly Exponent[]): Uint8Array[] =>
  exponents.map((exponent) => raise(keyOf(exponent), point));

/** 32 bytes for the base, 32 a point. */
export const writeList = ({ base, points }: PointList): Uint8Array => concatBytes(base, ...points);

/** How a list is named on record. Its points look random to all who have not every exponent, so the hash says nothing. */
export const listHash = (list: PointList): string => hex(sha256(utf8('aggregora/overlap-list/1\0'), writeList(list)));

/**
 * The list of exactly `count` points. Refuses OVERLAP_LIST_MALFORMED for another length, for a number not below 2^255 − 19 or
 * zero, and for a point that is there twice: counted twice, one unit would weigh more than the noise allows for.
 */
export function readList(bytes: Uint8Array, count: number): PointList {
  if (bytes.length !== POINT_BYTES * (count + 1))
    throw new Refusal('OVERLAP_LIST_MALFORMED', { bytes: bytes.length, count });
  const [base = GENERATOR, ...points] = Array.from({ length: count + 1 }, (_, at) =>
    bytes.slice(at * POINT_BYTES, (at + 1) * POINT_BYTES),
  );
  return mustBeList({ base, points });
}

/** The list itself. Refuses OVERLAP_LIST_MALFORMED. */
export function mustBeList(list: PointList): PointList {
  const all = [list.base, ...list.points];
  const at = all.findIndex((point) => {
    const u = readInteger(point);
    return u === 0n || u >= Fp.ORDER;
  });
  if (at >= 0) throw new Refusal('OVERLAP_LIST_MALFORMED', { at });
  if (new Set(list.points.map(b64u)).size !== list.points.length)
    throw new Refusal('OVERLAP_LIST_MALFORMED', { why: 'twice' });
  return list;
}

/** How many points are in both. */
export function common(a: readonly Uint8Array[], b: readonly Uint8Array[]): number {
  const there = new Set(b.map(b64u));
  return a.filter((point) => there.has(b64u(point))).length;
}
