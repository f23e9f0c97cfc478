// The life of a subscription: upgrade now, downgrade and cancel at the period's end, access until then.
import { Refusal } from '../../refusals';

export const subscriptionMoves = {
  PENDING: ['TRIALING', 'ACTIVE', 'CANCELLED'],
  TRIALING: ['ACTIVE', 'CANCELLED', 'EXPIRED'],
  ACTIVE: ['PAST_DUE', 'CANCELLED', 'EXPIRED'],
  PAST_DUE: ['ACTIVE', 'CANCELLED', 'EXPIRED'],
  CANCELLED: [],
  EXPIRED: [],
} as const;
export type SubscriptionState = keyof typeof subscriptionMoves;

export interface Subscription {
  readonly id: string;
  readonly state: SubscriptionState;
  /** The plan snapshot in force. */
  readonly plan: string;
  /** Takes effect at the end of the running period; null keeps the plan. */
  readonly nextPlan: string | null;
  readonly cancelAtEnd: boolean;
}

/** Refuses SUBSCRIPTION_MOVE. */
export function moveSubscription(it: Subscription, to: SubscriptionState): Subscription {
  const allowed: readonly SubscriptionState[] = subscriptionMoves[it.state];
  if (!allowed.includes(to)) throw new Refusal('SUBSCRIPTION_MOVE', { subscription: it.id, state: it.state, to });
  return { ...it, state: to };
}

/** A dearer plan takes over now (see `upgrade` in periods for the money); a cheaper one at the period's end. */
export function changePlan(it: Subscription, plan: string, { dearer }: { dearer: boolean }): Subscription {
  needRunning(it);
  return dearer ? { ...it, plan, nextPlan: null } : { ...it, nextPlan: plan };
}

/** Cancels at the period's end; access stays until then. Refuses SUBSCRIPTION_MOVE. */
export function cancel(it: Subscription): Subscription {
  needRunning(it);
  return { ...it, cancelAtEnd: true };
}

/** At the end of a period: cancelled, or renewed under the plan that was chosen for it. `renewable` = price and agreement still valid. */
export function atPeriodEnd(it: Subscription, { renewable }: { renewable: boolean }): Subscription {
  if (it.cancelAtEnd) return moveSubscription(it, 'CANCELLED');
  if (!renewable) return moveSubscription(it, 'EXPIRED');
  return { ...it, plan: it.nextPlan ?? it.plan, nextPlan: null };
}

function needRunning(it: Subscription): void {
  if (it.state !== 'ACTIVE' && it.state !== 'TRIALING') {
    throw new Refusal('SUBSCRIPTION_MOVE', { subscription: it.id, state: it.state, to: 'changed' });
  }
}
