// Subscriptions: start, upgrade now, downgrade and cancel at the period's end, renewal by the sweeper, roll-over of runs.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fromText, minus, plus, toText } from '../../../domain/market/money';
import { wholeUnits } from '../../../domain/market/holds';
import { periodAt, periodOf, upgrade, wallTime, type Cycle } from '../../../domain/market/periods';
import { modelOf, planId, rolledOver, type PriceLine, type PricePlan } from '../../../domain/market/prices';
import { atPeriodEnd, cancel, changePlan, moveSubscription } from '../../../domain/market/subscriptions';
import { needOrderable } from '../../../domain/market/product';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import { Participants } from '../../participants/participants.service';
import {
  agreement as agreementFrom,
  agreementCommand,
  agreementOf,
  type AgreementRow,
  keepAgreement,
} from '../agreements/agreement';
import { insertPeriod, isSubscribed, lastPeriod, pools, type PeriodRow } from '../agreements/periods';
import { chargeNow, type Parties } from '../books/charging';
import { look } from '../books/holds';
import { Payees } from '../books/payees';
import { planOf, productOf } from '../products/store';
import { once } from '../store/once';
import { inTransaction, rows, type Tx } from '../store/sql';
import type { Chore } from '../sweeper/chore';
import { feeOf, intervalOf, saveSubscription, subscriptionOf, type SubscriptionRow } from './subscription';

const DAY_MS = 86_400_000;

@Injectable()
export class Subscriptions implements Chore {
  constructor(
    private readonly database: DataSource,
    private readonly payees: Payees,
    private readonly participants: Participants,
    private readonly outbox: OperatorOutbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Charges the first period and opens it, once per key. Refuses BALANCE_TOO_LOW, ZONE_UNKNOWN, PLAN_OTHER_MODEL, ORDER_AFTER_WITHDRAWAL, IDEMPOTENCY_REUSED. */
  async start(wanted: { product: string; zone: string }, buyer: string, key: string) {
    const { manager } = this.database;
    const product = await productOf(manager, wanted.product);
    needOrderable(product.id, product.state);
    const plan = await planOf(manager, product.id, product.plan);
    const now = this.clock.now();
    const anchor = Math.floor(now / 1000) * 1000;
    wallTime(anchor, wanted.zone);
    await this.participants.one(buyer);
    if (product.rule === null) throw new Refusal('PLAN_MISSING', { product: product.id });
    const draft = agreementFrom({
      kind: 'subscription',
      product: product.id,
      plan: planId(plan),
      rule: product.rule,
      seller: product.owner,
      buyer,
      zone: wanted.zone,
      agreed: null,
      currency: plan.currency,
      starts: anchor,
      ends: product.document.until,
      members: plan.terms.model === 'bundle' ? plan.terms.members.map((member) => member.product) : [],
      source: key,
    });
    const interval = intervalOf(plan);
    const parties = await this.payees.ofAgreement(draft, now);
    const request = { start: wanted };
    return inTransaction(this.database, (tx) =>
      once(tx, { participant: buyer, key, request, now }, async () => {
        await keepAgreement(tx, draft);
        await this.outbox.enqueue(tx, `market/2-agreement/${draft.id}`, agreementCommand(draft));
        const pending: SubscriptionRow = {
          id: draft.id,
          state: 'PENDING',
          plan: draft.plan,
          nextPlan: null,
          cancelAtEnd: false,
          interval,
          anchor,
        };
        await saveSubscription(tx, { ...pending, ...moveSubscription(pending, 'ACTIVE') });
        await this.openPeriod(tx, {
          it: draft,
          plan,
          cycle: { anchor, zone: draft.zone, interval },
          index: 0,
          rolled: 0n,
          now,
          parties,
        });
        return { subscription: draft.id, agreement: draft.id, state: 'ACTIVE' };
      }),
    );
  }

  /** A dearer plan takes over now, with credit for the unused seconds at the price paid; a cheaper one at the period's end. */
  async change(id: string, buyer: string, key: string) {
    const { manager } = this.database;
    const it = await this.mine(manager, id, buyer);
    const product = await productOf(manager, it.product);
    const next = await planOf(manager, product.id, product.plan);
    const now = this.clock.now();
    const parties = await this.payees.ofAgreement(it, now);
    const request = { change: id, plan: planId(next) };
    return inTransaction(this.database, (tx) =>
      once(tx, { participant: buyer, key, request, now }, async () => {
        const before = await subscriptionOf(tx, id, 'FOR UPDATE');
        if (before.plan === planId(next)) return { subscription: id, plan: before.plan, nextPlan: null, due: '0' };
        const running = await planOf(tx, product.id, before.plan);
        const dearer = feeOf(next, buyer, now).minor > feeOf(running, buyer, now).minor;
        const changed = changePlan(before, planId(next), { dearer });
        const due = dearer ? await this.upgraded(tx, it, next, now, parties) : 0n;
        await saveSubscription(tx, { ...before, ...changed });
        return { subscription: id, plan: changed.plan, nextPlan: changed.nextPlan, due: String(due) };
      }),
    );
  }

  /** Cancels at the period's end; access stays until then. Refuses SUBSCRIPTION_MOVE. */
  async cancel(id: string, buyer: string): Promise<SubscriptionRow> {
    await this.mine(this.database.manager, id, buyer);
    await inTransaction(this.database, async (tx) => {
      const before = await subscriptionOf(tx, id, 'FOR UPDATE');
      await saveSubscription(tx, { ...before, ...cancel(before) });
    });
    return subscriptionOf(this.database.manager, id);
  }

  async list(buyer: string) {
    return rows(
      this.database.manager,
      `SELECT s.id, s.state, s.plan, s.next_plan AS "nextPlan", s.cancel_at_end AS "cancelAtEnd", s.interval, a.product, a.buyer, a.seller, a.zone,
       p.index AS period, p.starts, p.ends, p.rolled_over AS "rolledOver"
       FROM market_subscriptions s JOIN market_agreements a ON a.id = s.id
       LEFT JOIN LATERAL (SELECT * FROM market_periods WHERE agreement = s.id ORDER BY index DESC LIMIT 1) p ON true
       WHERE $1 IN (a.buyer, a.seller) ORDER BY a.starts DESC LIMIT 200`,
      [buyer],
    );
  }

  /** Ends periods that are over: cancel, renew and charge, or PAST_DUE when the money is not there. Closes months with a minimum. */
  async sweep(): Promise<void> {
    const due = await rows<{ id: string }>(
      this.database.manager,
      `SELECT s.id FROM market_subscriptions s WHERE s.state IN ('ACTIVE', 'TRIALING', 'PAST_DUE')
       AND NOT EXISTS (SELECT 1 FROM market_periods p WHERE p.agreement = s.id AND p.ends > $1) LIMIT 100`,
      [this.clock.now()],
    );
    for (const { id } of due) await this.renew(id);
    await this.closeMonths();
  }

  private async renew(id: string): Promise<void> {
    const { manager } = this.database;
    const it = await agreementOf(manager, id);
    const product = await productOf(manager, it.product);
    const now = this.clock.now();
    const parties = await this.payees.ofAgreement(it, now);
    const done = await this.database
      .transaction((tx) => this.renewed(tx, it, product.state !== 'WITHDRAWN', now, parties))
      .then(() => true)
      .catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'BALANCE_TOO_LOW') return false;
        throw error;
      });
    if (!done) await this.pastDue(id, now);
  }

  private async renewed(
    tx: EntityManager,
    it: AgreementRow,
    sold: boolean,
    now: number,
    parties: readonly Parties[],
  ): Promise<void> {
    const before = await subscriptionOf(tx, it.id, 'FOR UPDATE');
    const last = await lastPeriod(tx, it.id);
    if (last === undefined || last.ends > now || (before.state !== 'ACTIVE' && before.state !== 'PAST_DUE')) return;
    const awake = before.state === 'PAST_DUE' ? { ...before, ...moveSubscription(before, 'ACTIVE') } : before;
    const next = atPeriodEnd(awake, { renewable: sold && last.ends < it.ends });
    await saveSubscription(tx, { ...awake, ...next });
    if (next.state !== 'ACTIVE') return;
    const plan = await planOf(tx, it.product, next.plan);
    const old = await planOf(tx, it.product, last.plan);
    const cycle = { anchor: before.anchor, zone: it.zone, interval: before.interval };
    // After a long sleep only the present period is charged: nobody could have asked in the ones that are gone.
    const index = Math.max(last.index + 1, periodOf(cycle, now).index);
    await this.openPeriod(tx, { it, plan, cycle, index, rolled: await rolled(tx, old, last), now, parties });
  }

  /** Without money access stops at once; after a week the subscription ends. */
  private async pastDue(id: string, now: number): Promise<void> {
    await inTransaction(this.database, async (tx) => {
      const before = await subscriptionOf(tx, id, 'FOR UPDATE');
      const last = await lastPeriod(tx, id);
      if (before.state === 'ACTIVE')
        return saveSubscription(tx, { ...before, ...moveSubscription(before, 'PAST_DUE') });
      if (before.state === 'PAST_DUE' && last !== undefined && now > last.ends + 7 * DAY_MS)
        return saveSubscription(tx, { ...before, ...moveSubscription(before, 'EXPIRED') });
    });
  }

  private async openPeriod(
    tx: EntityManager,
    of: {
      it: AgreementRow;
      plan: PricePlan;
      cycle: Cycle;
      index: number;
      rolled: bigint;
      now: number;
      parties: readonly Parties[];
    },
  ): Promise<void> {
    const { it, plan, cycle, index, rolled: carried, now, parties } = of;
    const { start, end } = periodAt(cycle, index);
    const fee = feeOf(plan, it.buyer, now);
    const row: PeriodRow = {
      agreement: it.id,
      index,
      starts: start,
      ends: end,
      plan: planId(plan),
      rolledOver: carried,
      chargedFrom: start,
      chargedMinor: fee.minor,
      closed: false,
    };
    await insertPeriod(tx, row);
    await this.charge(tx, it, `${it.id}.p${String(index)}`, fee.lines, now, parties);
  }

  private async charge(
    tx: EntityManager,
    it: AgreementRow,
    subject: string,
    lines: readonly PriceLine[],
    now: number,
    parties: readonly Parties[],
  ): Promise<void> {
    const captured = lines.reduce((sum, line) => sum + line.minor, 0n);
    const settled = await chargeNow(tx, { subject, agreement: it, at: now, captured, lines, rho: '0', parties });
    await this.outbox.enqueue(tx, `market/3-settlement/${subject}`, settled.command);
  }

  private async upgraded(
    tx: EntityManager,
    it: AgreementRow,
    next: PricePlan,
    now: number,
    parties: readonly Parties[],
  ): Promise<bigint> {
    const period = await lastPeriod(tx, it.id);
    if (period === undefined || now < period.chargedFrom || now >= period.ends) throw new Refusal('SPAN_OUTSIDE');
    const running = { start: period.chargedFrom, end: period.ends, minor: period.chargedMinor };
    const span = { start: period.starts, end: period.ends };
    const { credit, charge, due } = upgrade(running, span, feeOf(next, it.buyer, now).minor, now);
    const lines: PriceLine[] = [
      { type: 'FIXED', what: 'upgrade', quantity: 1n, minor: charge.minor },
      { type: 'CREDIT', what: 'unused time', quantity: 1n, minor: -credit },
    ];
    if (due > 0n) await this.charge(tx, it, `${it.id}.u${String(now)}`, lines, now, parties);
    await tx.query(
      'UPDATE market_periods SET plan = $3, charged_from = $4, charged_minor = $5 WHERE agreement = $1 AND index = $2',
      [it.id, period.index, planId(next), charge.start, String(charge.minor)],
    );
    return due > 0n ? due : 0n;
  }

  /** Tiers with a minimum: what the month fell short of is charged at its close, once. */
  private async closeMonths(): Promise<void> {
    const over = await rows<{ agreement: string; index: number }>(
      this.database.manager,
      `SELECT p.agreement, p.index FROM market_periods p JOIN market_agreements a ON a.id = p.agreement
       JOIN market_plans n ON n.product = a.product AND n.id = a.plan
       WHERE a.kind = 'per-use' AND NOT p.closed AND p.ends <= $1 AND n.document->'terms'->>'model' = 'tiers' LIMIT 50`,
      [this.clock.now()],
    );
    for (const { agreement, index } of over) await this.closeMonth(agreement, index);
  }

  private async closeMonth(id: string, index: number): Promise<void> {
    const { manager } = this.database;
    const it = await agreementOf(manager, id);
    const plan = await planOf(manager, it.product, it.plan);
    const now = this.clock.now();
    const parties = await this.payees.ofAgreement(it, now);
    await inTransaction(this.database, async (tx) => {
      const open = await rows(
        tx,
        'SELECT 1 FROM market_periods WHERE agreement = $1 AND index = $2 AND NOT closed FOR UPDATE',
        [id, index],
      );
      if (open.length === 0) return;
      const meter = await look(tx, pools.quota(id, index));
      const runs = meter === undefined ? 0n : wholeUnits(meter.spent);
      const lines = closing(plan, it.buyer, runs, now);
      await tx.query('UPDATE market_periods SET closed = true WHERE agreement = $1 AND index = $2', [id, index]);
      if (lines.length > 0) await this.charge(tx, it, `${id}.c${String(index)}`, lines, now, parties);
    });
  }

  private async mine(tx: Tx, id: string, buyer: string): Promise<AgreementRow> {
    await subscriptionOf(tx, id);
    const it = await agreementOf(tx, id);
    if (it.buyer !== buyer) throw new Refusal('SUBSCRIPTION_UNKNOWN', { subscription: id });
    return it;
  }
}

/** Runs left of the last period, carried by the rule of its plan. */
async function rolled(tx: Tx, plan: PricePlan, last: PeriodRow): Promise<bigint> {
  if (!isSubscribed(plan) || plan.terms.model !== 'subscription-per-use') return 0n;
  const meter = await look(tx, pools.quota(last.agreement, last.index));
  const used = meter === undefined ? fromText('0') : plus(fromText(meter.spent), fromText(meter.held));
  const whole = fromText(String(BigInt(plan.terms.included) + last.rolledOver));
  const left = BigInt(toText(minus(whole, used)));
  return rolledOver(left > 0n ? left : 0n, plan.terms.rollOver);
}

function closing(plan: PricePlan, buyer: string, runsBefore: bigint, now: number): readonly PriceLine[] {
  const context = {
    now,
    buyer: { id: buyer, verified: true, credentials: [] },
    purpose: '',
    runsBefore,
    rolledOver: 0n,
  };
  const usage = { event: 'close' as const, runs: 0n, rho: '0', repeated: false };
  return modelOf(plan).price(plan.terms, usage, context, plan.currency).lines;
}
