// The people of the simulation: buyers with a zone, a currency and a plan; owners whose rho and runs are scarce.
import { emptyPool } from '../../../src/domain/market/holds';
import { periodAt, type Charged, type Cycle, type Period } from '../../../src/domain/market/periods';
import type { PriceContext, PricePlan, Quote, Usage } from '../../../src/domain/market/prices';
import type { ShareRule } from '../../../src/domain/market/shares';
import type { Chance } from '../../attacks/market/chance';
import { currencies, plans, zones, type PlanKind } from './plans';
import type { Store } from './store';

/** What was agreed for one charge, with everything needed to work it out again. */
export interface UsageLine {
  readonly plan: PricePlan;
  readonly usage: Usage;
  readonly context: PriceContext;
  readonly quote: Quote;
  /** What the journal captured for it; credits are negative. */
  readonly minor: bigint;
  readonly prorated: Charged | null;
}

export interface Account {
  readonly id: string;
  readonly cycle: Cycle;
  readonly currency: string;
  kind: PlanKind;
  plan: PricePlan;
  nextPlan: PricePlan | null;
  cancelAtEnd: boolean;
  active: boolean;
  period: Period;
  running: Charged | null;
  runs: bigint;
  rolledOver: bigint;
  lines: UsageLine[];
}

export const rule: ShareRule = {
  schema: 'aggregora/share-rule/1',
  rule: 'simulated',
  version: 1,
  taxBp: 600,
  platformFeeBp: 300,
  compensationPerRho: '40',
  rights: { holding: 7000, processing: 2000, usage: 1000 },
  entityCapBp: 6000,
  newcomer: { poolBp: 300, multiplierBp: 15_000 },
};

export const owners = ['city', 'hospital', 'grid', 'transport'] as const;
export type Owner = (typeof owners)[number];

/** A buyer whose subscription starts on any day of January 2024, so that month ends and the leap day are met at once. */
export function newAccount(index: number, chance: Chance): Account {
  const cycle: Cycle = {
    anchor: Date.UTC(2024, 0, chance.between(1, 31), chance.between(0, 23), chance.between(0, 59)),
    zone: zones[index % zones.length] ?? 'UTC',
    interval: 'month',
  };
  const currency = currencies[index % currencies.length] ?? 'CNY';
  const kind = chance.pick(['fixed', 'fixed', 'quota', 'perUse', 'tiers', 'feedback', 'free'] as const);
  return {
    id: `buyer-${String(index)}`,
    cycle,
    currency,
    kind,
    plan: plans[kind](currency, 100 * chance.between(10, 90)),
    nextPlan: null,
    cancelAtEnd: false,
    active: true,
    period: periodAt(cycle, 0),
    running: null,
    runs: 0n,
    rolledOver: 0n,
    lines: [],
  };
}

/** The pools one owner offers in one month, made when first asked for. */
export function poolsOf(store: Store, owner: Owner, month: number, limits: { runs: number; rho: string }) {
  const need = (kind: 'quota' | 'rho', limit: string) => {
    const id = `${owner}.${kind}.${String(month)}`;
    return store.pools.get(id) ?? emptyPool(id, kind, limit);
  };
  return { quota: need('quota', String(limits.runs)), rho: need('rho', limits.rho) };
}
