// Exact shares of a price for a piece of time, and the credit an upgrade is owed at the price that was paid.
import { Refusal } from '../../refusals';
import { rational, roundHalfEven, times, type Rational } from '../money';

/** Half-open, ms UTC. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What was charged for a span; credit is always worked out from this, never from today's price. */
export interface Charged extends Span {
  readonly minor: bigint;
}

/** The part of [start, end) from `now` on, as an exact fraction between 0 and 1. Refuses SPAN_OUTSIDE. */
export function unused({ start, end }: Span, now: number): Rational {
  if (end <= start || now < start || now > end) throw new Refusal('SPAN_OUTSIDE');
  return rational(BigInt(end - now), BigInt(end - start));
}

/** Credit in minor units for what is left of a charged span; half to even, so never more than was charged. */
export function creditFor(charged: Charged, now: number): bigint {
  return roundHalfEven(times(rational(charged.minor), unused(charged, now)));
}

export interface Upgrade {
  readonly credit: bigint;
  /** The new price for the rest of the period. */
  readonly charge: Charged;
  /** What the buyer pays now; negative is a credit note, never a payout of new money. */
  readonly due: bigint;
}

/**
 * Upgrade now: credit the rest of the running charge, charge the rest of the period at the new period price.
 * The new charge is the running one for the next upgrade, so a chain never credits more than was paid.
 */
export function upgrade(running: Charged, period: Span, newPeriodPrice: bigint, now: number): Upgrade {
  const credit = creditFor(running, now);
  const minor = roundHalfEven(times(rational(newPeriodPrice), unused(period, now)));
  return { credit, charge: { start: now, end: period.end, minor }, due: minor - credit };
}
