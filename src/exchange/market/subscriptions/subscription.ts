// A subscription as a row beside its agreement, and what one period's fee is.
import type { Interval } from '../../../domain/market/periods';
import type { PriceContext, PricePlan } from '../../../domain/market/prices';
import { modelOf } from '../../../domain/market/prices';
import type { Subscription, SubscriptionState } from '../../../domain/market/subscriptions';
import { Refusal } from '../../../domain/refusals';
import { first, type Tx } from '../store/sql';

export interface SubscriptionRow extends Subscription {
  readonly interval: Interval;
  readonly anchor: number;
}

/** Refuses SUBSCRIPTION_UNKNOWN. */
export async function subscriptionOf(tx: Tx, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<SubscriptionRow> {
  const row = await first<{
    id: string;
    state: SubscriptionState;
    plan: string;
    next_plan: string | null;
    cancel_at_end: boolean;
    interval: Interval;
    anchor: string;
  }>(tx, `SELECT * FROM market_subscriptions WHERE id = $1 ${lock}`, [id]);
  if (row === undefined) throw new Refusal('SUBSCRIPTION_UNKNOWN', { subscription: id });
  const { next_plan, cancel_at_end, anchor, ...rest } = row;
  return { ...rest, nextPlan: next_plan, cancelAtEnd: cancel_at_end, anchor: Number(anchor) };
}

export async function saveSubscription(tx: Tx, it: SubscriptionRow): Promise<void> {
  await tx.query(
    `INSERT INTO market_subscriptions (id, state, plan, next_plan, cancel_at_end, interval, anchor) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET state = $2, plan = $3, next_plan = $4, cancel_at_end = $5`,
    [it.id, it.state, it.plan, it.nextPlan, it.cancelAtEnd, it.interval, it.anchor],
  );
}

/** Refuses PLAN_OTHER_MODEL for a plan that is not sold by period. */
export function intervalOf({ terms, plan }: PricePlan): Interval {
  if ('interval' in terms) return terms.interval;
  throw new Refusal('PLAN_OTHER_MODEL', { plan });
}

/** The lines of one period's fee, and their sum. */
export function feeOf(plan: PricePlan, buyer: string, now: number) {
  const context: PriceContext = {
    now,
    buyer: { id: buyer, verified: true, credentials: [] },
    purpose: '',
    runsBefore: 0n,
    rolledOver: 0n,
  };
  const usage = { event: 'start' as const, runs: 0n, rho: '0', repeated: false };
  const { lines } = modelOf(plan).price(plan.terms, usage, context, plan.currency);
  return { lines, minor: lines.reduce((sum, line) => sum + line.minor, 0n) };
}
