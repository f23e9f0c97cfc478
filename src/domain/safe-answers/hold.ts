// Two-phase holds of anything scarce: placed before the work, resolved exactly once after it.
import { Refusal } from '../refusals';
import { compare, parseRational, toText, zero, type Rational } from './rational';

export type HoldKind = 'rho' | 'quota' | 'money';
export type HoldState = 'HELD' | 'CAPTURED' | 'RELEASED' | 'EXPIRED';

/** The whole life of a hold on one screen: each is resolved once. */
export const holdMoves = {
  HELD: ['CAPTURED', 'RELEASED', 'EXPIRED'],
  CAPTURED: [],
  RELEASED: [],
  EXPIRED: [],
} as const satisfies Record<HoldState, readonly HoldState[]>;

export interface Hold {
  readonly id: string;
  readonly kind: HoldKind;
  /** Whose budget: `searcher/repository`, `repository`, a wallet. */
  readonly account: string;
  /** Canonical rational text, above 0. */
  readonly amount: string;
  readonly state: HoldState;
  /** Data were read under this hold: from here on it can only be captured, whole. */
  readonly touched: boolean;
  readonly heldAt: number;
  readonly expiresAt: number;
  /** What was captured; null until then. */
  readonly captured: string | null;
  readonly resolvedAt: number | null;
}

type Placed = Pick<Hold, 'id' | 'kind' | 'account' | 'amount' | 'heldAt' | 'expiresAt'>;

function amountOf(text: string, most?: Rational): Rational {
  const amount = parseRational(text);
  if (compare(amount, zero) <= 0 || (most && compare(amount, most) > 0)) throw new Refusal('HOLD_AMOUNT');
  return amount;
}

/** A new hold. Refuses HOLD_AMOUNT. Times are ms since the epoch. */
export const place = (hold: Placed): Hold => ({
  ...hold,
  amount: toText(amountOf(hold.amount)),
  state: 'HELD',
  touched: false,
  captured: null,
  resolvedAt: null,
});

/** Marks that data are about to be read. The same hold when already marked; refuses HOLD_RESOLVED. */
export function touch(hold: Hold): Hold {
  if (hold.state !== 'HELD') throw new Refusal('HOLD_RESOLVED', { hold: hold.id });
  return hold.touched ? hold : { ...hold, touched: true };
}

/** Doing the same again changes nothing (jobs run twice); doing something else is refused. */
function resolve(hold: Hold, state: Exclude<HoldState, 'HELD'>, now: number, captured: string | null): Hold {
  if (hold.state === state && hold.captured === captured) return hold;
  if (!(holdMoves[hold.state] as readonly HoldState[]).includes(state))
    throw new Refusal('HOLD_RESOLVED', { hold: hold.id });
  if (hold.touched && state !== 'CAPTURED') throw new Refusal('HOLD_TOUCHED', { hold: hold.id });
  return { ...hold, state, captured, resolvedAt: now };
}

/** Takes all, or for quota and money a part; the rest is free again. Refuses HOLD_AMOUNT, HOLD_TOUCHED, HOLD_RESOLVED. */
export function capture(hold: Hold, now: number, part = hold.amount): Hold {
  const taken = toText(amountOf(part, parseRational(hold.amount)));
  const whole = taken === hold.amount;
  if (!whole && (hold.kind === 'rho' || hold.touched)) throw new Refusal('HOLD_TOUCHED', { hold: hold.id });
  return resolve(hold, 'CAPTURED', now, taken);
}

/** Gives everything back. Refuses HOLD_TOUCHED, HOLD_RESOLVED. */
export const release = (hold: Hold, now: number): Hold => resolve(hold, 'RELEASED', now, null);

/**
 * What time and crashes make of a hold: unchanged until `expiresAt`; then expired, or captured where data were touched.
 * Never refuses, so a sweep after a restart may run it over every hold.
 */
export function expire(hold: Hold, now: number): Hold {
  if (hold.state !== 'HELD' || now < hold.expiresAt) return hold;
  return hold.touched ? capture(hold, now) : resolve(hold, 'EXPIRED', now, null);
}
