// Two-phase holds: something scarce is set aside, then captured (part or all), released, or expired. Once.
import { Refusal } from '../../refusals';
import { compare, fromText, minus, rational, toText, ZERO } from '../money';

/** What a hold may lead to. Every end is an end. */
export const holdMoves = {
  HELD: ['CAPTURED', 'RELEASED', 'EXPIRED'],
  CAPTURED: [],
  RELEASED: [],
  EXPIRED: [],
} as const;
export type HoldState = keyof typeof holdMoves;
export type HoldKind = 'money' | 'quota' | 'rho';

/** One hold. Amounts are exact texts (`1250` minor units, `1` run, `1/200` rho), so one row shape serves all three. */
export interface Hold {
  readonly id: string;
  readonly kind: HoldKind;
  /** The pool it draws on: an account, an entitlement, a budget. */
  readonly pool: string;
  readonly amount: string;
  readonly captured: string;
  readonly state: HoldState;
  /** First instant (ms UTC) at which it may expire; it can still be captured until someone expires it. */
  readonly expiresAt: number;
}

/** A new hold. Refuses HOLD_NOT_WHOLE (negative, or a fraction of money or quota). */
export function placeHold(draft: Pick<Hold, 'id' | 'kind' | 'pool' | 'amount' | 'expiresAt'>): Hold {
  const amount = fromText(draft.amount);
  if (amount.num < 0n || (draft.kind !== 'rho' && amount.den !== 1n)) {
    throw new Refusal('HOLD_NOT_WHOLE', { hold: draft.id, kind: draft.kind });
  }
  return { ...draft, amount: toText(amount), captured: '0', state: 'HELD' };
}

/**
 * Captures `part` (all when left out); the rest is free again. Refuses HOLD_ENDED (already ended) and
 * HOLD_CAPTURE_TOO_LARGE. Rho is never captured in part: what was drawn was drawn.
 */
export function captureHold(hold: Hold, part: string = hold.amount): Hold {
  needHeld(hold);
  const captured = fromText(part);
  const whole = fromText(hold.amount);
  const wrongPart = hold.kind === 'rho' ? compare(captured, whole) !== 0 : captured.den !== 1n;
  if (captured.num < 0n || compare(captured, whole) > 0 || wrongPart) {
    throw new Refusal('HOLD_CAPTURE_TOO_LARGE', { hold: hold.id, kind: hold.kind });
  }
  return { ...hold, captured: toText(captured), state: 'CAPTURED' };
}

/** Gives everything back. Refuses HOLD_ENDED. */
export function releaseHold(hold: Hold): Hold {
  needHeld(hold);
  return { ...hold, state: 'RELEASED' };
}

/** Gives everything back because time ran out. Refuses HOLD_ENDED, and HOLD_STILL_LIVE before `expiresAt`. */
export function expireHold(hold: Hold, now: number): Hold {
  needHeld(hold);
  if (now < hold.expiresAt) throw new Refusal('HOLD_STILL_LIVE', { hold: hold.id });
  return { ...hold, state: 'EXPIRED' };
}

/** What a resolved hold gives back to its pool; everything while HELD counts as taken. */
export function returnedBy(hold: Hold): string {
  return hold.state === 'HELD' ? '0' : toText(minus(fromText(hold.amount), fromText(hold.captured)));
}

/** True when nothing was asked for: such a hold need not be stored. */
export function isNothing(hold: Hold): boolean {
  return compare(fromText(hold.amount), ZERO) === 0;
}

/** The hold's amount as minor units or runs; a bug for rho. */
export function wholeUnits(text: string): bigint {
  const { num, den } = fromText(text);
  if (den !== rational(1n).den) throw new TypeError('not whole units');
  return num;
}

function needHeld(hold: Hold): void {
  if (hold.state !== 'HELD') throw new Refusal('HOLD_ENDED', { hold: hold.id, state: hold.state });
}
