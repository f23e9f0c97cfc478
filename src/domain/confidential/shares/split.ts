// Additive 3-of-3 shares over the scalar field: any two of the three say nothing at all.
import { Refusal } from '../../refusals';
import { commit, mod, randomScalar, type Opening } from '../certificate';
import type { Point } from '../certificate';
import { scalarsOf, SEED_BYTES } from './expand';

export type Random = (bytes: number) => Uint8Array;

/** One node's part: a seed, or all cells of the part that makes the sum right. */
export type Share =
  | { readonly of: 'seed'; readonly seed: Uint8Array; readonly blinding: bigint }
  | { readonly of: 'cells'; readonly cells: readonly bigint[]; readonly blinding: bigint };

export interface Split {
  readonly shares: readonly [Share, Share, Share];
  /** One commitment a share; their sum commits to the whole vector. */
  readonly commitments: readonly [Point, Point, Point];
}

/** The cells and blinding of a share. */
export const openingOf = (share: Share, count: number): Opening => ({
  cells: share.of === 'seed' ? scalarsOf(share.seed, count) : share.cells,
  blinding: share.blinding,
});

/** Refuses VALUE_OUT_OF_BOUND when a cell's absolute value is above the bound. */
export function checkBound(cells: readonly bigint[], bound: bigint): void {
  const at = cells.findIndex((cell) => cell > bound || cell < -bound);
  if (at >= 0) throw new Refusal('VALUE_OUT_OF_BOUND', { at });
}

/** Splits a vector of signed integers. The third commitment is the small whole minus the other two: one long product saved. */
export function split(cells: readonly bigint[], random: Random): Split {
  const seeds = [random(SEED_BYTES), random(SEED_BYTES)] as const;
  const blindings = [randomScalar(random), randomScalar(random), randomScalar(random)] as const;
  const first: Share = { of: 'seed', seed: seeds[0], blinding: blindings[0] };
  const second: Share = { of: 'seed', seed: seeds[1], blinding: blindings[1] };
  const [a, b] = [openingOf(first, cells.length), openingOf(second, cells.length)];
  const rest = cells.map((cell, at) => mod(cell - (a.cells[at] ?? 0n) - (b.cells[at] ?? 0n)));
  const [ca, cb] = [commit(a), commit(b)];
  const whole = commit({ cells, blinding: mod(blindings[0] + blindings[1] + blindings[2]) });
  return {
    shares: [first, second, { of: 'cells', cells: rest, blinding: blindings[2] }],
    commitments: [ca, cb, whole.subtract(ca).subtract(cb)],
  };
}
