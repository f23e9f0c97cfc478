// The agreed contributions of one mode S computation, as commitments.
import { readPoint, sumPoints, type Point } from '../certificate';
import type { ShareContribution } from './contribute';

export interface ShareSet {
  readonly contributions: readonly ShareContribution[];
}

/** Σ over repositories and nodes: the commitment of the sum of all parts. */
export const addShares = (contributions: readonly ShareContribution[]): Point =>
  sumPoints(contributions.flatMap(({ shares }) => shares.map(readPoint)));
