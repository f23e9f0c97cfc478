// Vector Pedersen commitments: hiding without condition, binding under discrete logarithms, and they add up.
import { BLINDING, generators, sumPoints, type Point } from './group';
import { multiScalar } from './msm';
import { mod } from './scalars';

/** What opens a commitment. */
export interface Opening {
  readonly cells: readonly bigint[];
  readonly blinding: bigint;
}

/** Σ cells[j]·G_j + blinding·H (Pedersen 1991, one generator a cell). */
export const commit = ({ cells, blinding }: Opening): Point =>
  multiScalar(generators(cells.length), cells).add(multiScalar([BLINDING], [blinding]));

/** The commitment of the sum of what was committed. */
export const addCommitments = sumPoints;

/** True when the opening is the committed one. */
export const opens = (commitment: Point, opening: Opening): boolean => commit(opening).equals(commitment);

/** Openings added cell by cell, modulo the order. */
export function addOpenings(all: readonly Opening[]): Opening {
  const length = all[0]?.cells.length ?? 0;
  const cells = Array.from({ length }, (_, at) => mod(all.reduce((sum, one) => sum + (one.cells[at] ?? 0n), 0n)));
  return { cells, blinding: mod(all.reduce((sum, one) => sum + one.blinding, 0n)) };
}
