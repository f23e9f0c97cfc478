// How far an overlap's noise is moved up, so that it can be made of points that are there.
import { ceilDiv, type Rational } from '../../safe-answers/rational';

/** The largest shift: a node's dummies stay below 2^16 a list. */
export const MOST_SHIFT = 32_768n;

/** log2 of the probability, stated as delta, that the cut below costs somebody the protection. */
export const DELTA = '1/1099511627776';

/**
 * How far the noise is moved up so that it can be made of points that are there. With s = scale, one node's noise goes beyond
 * t with probability at most 2·e^(−(t + 1)/s), as each Pólya draw of shape 1/2 lies below a geometric one. For three nodes and
 * t = 32·s + 2 that is 6·e^(−32 − 3/s); times 1 + e^epsilon ≤ 2·e^(2/s) it is below 12·e^(−32) < 2^−40 for every scale.
 */
export const shiftOf = ({ num, den }: Rational): bigint => ceilDiv(32n * num, den) + 2n;
