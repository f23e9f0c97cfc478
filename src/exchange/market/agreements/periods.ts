// The periods of an agreement as stored rows, and what one period allows: runs and rho.
import { periodOf } from '../../../domain/market/periods';
import type { PricePlan } from '../../../domain/market/prices';
import { Refusal } from '../../../domain/refusals';
import { first, type Tx } from '../store/sql';
import type { AgreementRow } from './agreement';

export interface PeriodRow {
  readonly agreement: string;
  readonly index: number;
  readonly starts: number;
  readonly ends: number;
  readonly plan: string;
  readonly rolledOver: bigint;
  /** The running charge, for credit on an upgrade. */
  readonly chargedFrom: number;
  readonly chargedMinor: bigint;
  readonly closed: boolean;
}

const UNBOUNDED = '999999999999';

/** Pool ids of one period. */
export const pools = {
  quota: (agreement: string, index: number) => `${agreement}/${String(index)}/quota`,
  rho: (agreement: string, index: number) => `${agreement}/${String(index)}/rho`,
  product: (product: string) => `product/${product}`,
} as const;

/** Runs and rho that one period allows; rho null where the plan sets none. */
export function allowance(plan: PricePlan, rolledOver: bigint): { readonly runs: string; readonly rho: string | null } {
  const { terms } = plan;
  switch (terms.model) {
    case 'subscription-fixed':
      return { runs: UNBOUNDED, rho: terms.rhoPerPeriod };
    case 'subscription-per-use':
      return {
        runs: terms.overage === null ? String(BigInt(terms.included) + rolledOver) : UNBOUNDED,
        rho: terms.rhoPerPeriod,
      };
    case 'free':
      return { runs: terms.runsPerPeriod, rho: terms.rhoPerPeriod };
    case 'negotiated':
      return { runs: terms.runs, rho: null };
    case 'per-use':
    case 'tiers':
    case 'feedback':
    case 'differential':
    case 'bundle':
    case 'appraised':
      return { runs: UNBOUNDED, rho: null };
  }
}

export const isSubscribed = (plan: PricePlan): boolean =>
  plan.terms.model === 'subscription-fixed' ||
  plan.terms.model === 'subscription-per-use' ||
  plan.terms.model === 'bundle';

const monthly = (plan: PricePlan) => plan.terms.model === 'tiers' || plan.terms.model === 'free';

/**
 * The period `now` falls in, made when it is new. Subscriptions' rows are made at start and renewal only.
 * Refuses SUBSCRIPTION_MISSING when a subscription has none for now.
 */
export async function periodAtNow(tx: Tx, it: AgreementRow, plan: PricePlan, now: number): Promise<PeriodRow> {
  const found = await storedPeriod(tx, it.id, now);
  if (found !== undefined) return found;
  if (isSubscribed(plan)) throw new Refusal('SUBSCRIPTION_MISSING', { agreement: it.id });
  const { index, start, end } = monthly(plan)
    ? periodOf({ anchor: it.starts, zone: it.zone, interval: 'month' }, now)
    : { index: 0, start: it.starts, end: it.ends };
  await insertPeriod(tx, {
    agreement: it.id,
    index,
    starts: start,
    ends: end,
    plan: it.plan,
    rolledOver: 0n,
    chargedFrom: start,
    chargedMinor: 0n,
    closed: false,
  });
  const made = await storedPeriod(tx, it.id, now);
  if (made === undefined) throw new Error('A period was made and is not there.');
  return made;
}

export async function insertPeriod(tx: Tx, row: PeriodRow): Promise<void> {
  await tx.query(
    `INSERT INTO market_periods (agreement, index, starts, ends, plan, rolled_over, charged_from, charged_minor, closed)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
    [
      row.agreement,
      row.index,
      row.starts,
      row.ends,
      row.plan,
      String(row.rolledOver),
      row.chargedFrom,
      String(row.chargedMinor),
      row.closed,
    ],
  );
}

interface Stored {
  readonly agreement: string;
  readonly index: number;
  readonly starts: string;
  readonly ends: string;
  readonly plan: string;
  readonly rolled_over: string;
  readonly charged_from: string;
  readonly charged_minor: string;
  readonly closed: boolean;
}

export async function storedPeriod(tx: Tx, agreement: string, at: number): Promise<PeriodRow | undefined> {
  const row = await first<Stored>(
    tx,
    'SELECT * FROM market_periods WHERE agreement = $1 AND starts <= $2 AND ends > $2 ORDER BY index DESC LIMIT 1',
    [agreement, at],
  );
  return row && readPeriod(row);
}

export async function lastPeriod(tx: Tx, agreement: string): Promise<PeriodRow | undefined> {
  const row = await first<Stored>(tx, 'SELECT * FROM market_periods WHERE agreement = $1 ORDER BY index DESC LIMIT 1', [
    agreement,
  ]);
  return row && readPeriod(row);
}

export const readPeriod = (row: Stored): PeriodRow => ({
  agreement: row.agreement,
  index: row.index,
  starts: Number(row.starts),
  ends: Number(row.ends),
  plan: row.plan,
  rolledOver: BigInt(row.rolled_over),
  chargedFrom: Number(row.charged_from),
  chargedMinor: BigInt(row.charged_minor),
  closed: row.closed,
});
