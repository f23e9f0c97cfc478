// Placing an order: quote honoured, price worked out again under lock, three holds placed together, one journal entry.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { drawHold, placeHold, wholeUnits } from '../../../domain/market/holds';
import { holdPlaced } from '../../../domain/market/journal';
import { fromText, plus, toText } from '../../../domain/market/money';
import { asJson, honour, quote, type Quote } from '../../../domain/market/prices';
import { reserve, type Need } from '../../../domain/market/saga';
import { contentId } from '../../../domain/canonical';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import { agreementCommand, type AgreementRow, keepAgreement } from '../agreements/agreement';
import { allowance, periodAtNow, type PeriodRow, pools } from '../agreements/periods';
import { moneyPool, placeHolds, pool, savePools } from '../books/holds';
import { record } from '../books/journal';
import { productOf } from '../products/store';
import {
  type Basis,
  contextOf,
  perUseAgreement,
  questionId,
  quoteOf,
  Quotes,
  type QuoteRow,
} from '../quotes/quotes.service';
import { needOrderable } from '../../../domain/market/product';
import type { Tx } from '../store/sql';
import { findOrder, insertOrder, type OrderRow, sagaOf } from './order';
import { inTransaction } from '../store/sql';

/** Job limit plus claim window: nobody's money is held longer for a question that does not come. */
const HOLD_MS = 15 * 60_000;

@Injectable()
export class Placing {
  constructor(
    private readonly database: DataSource,
    private readonly quotes: Quotes,
    private readonly outbox: OperatorOutbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Holds money, quota and rho for the exchange record `xid`. The same quote and xid again is the same order.
   * Refuses QUOTE_*, ORDER_OTHER, ORDER_AFTER_WITHDRAWAL, BALANCE_TOO_LOW, RUNS_SPENT, RHO_SPENT; then nothing is held.
   */
  async place(xid: string, quoteId: string, buyer: string): Promise<OrderRow> {
    const { manager } = this.database;
    const known = await findOrder(manager, xid);
    if (known !== undefined) return mineAgain(known, quoteId, buyer);
    const kept = await quoteOf(manager, quoteId);
    const now = this.clock.now();
    honour(kept.quote, { buyer, question: kept.quote.question, now });
    const basis = await this.quotes.basis(manager, { product: kept.product, buyer, purpose: kept.purpose, now });
    return inTransaction(this.database, (tx) => this.placed(tx, { xid, kept, basis, now }));
  }

  private async placed(
    tx: EntityManager,
    { xid, kept, basis, now }: { xid: string; kept: QuoteRow; basis: Basis; now: number },
  ): Promise<OrderRow> {
    const { quote: quoted } = kept;
    const product = await productOf(tx, kept.product, 'FOR SHARE');
    if (basis.agreement === null) needOrderable(product.id, product.state);
    const agreement = basis.agreement ?? (await this.perUse(tx, basis));
    const period = await periodAtNow(tx, agreement, basis.plan, now);
    const draft = orderFrom(xid, quoted, agreement, period, basis, now);
    if (!(await insertOrder(tx, draft))) {
      const other = await findOrder(tx, xid);
      if (other === undefined) throw new Refusal('QUOTE_USED', { quote: quoted.id });
      return mineAgain(other, quoted.id, quoted.buyer);
    }
    const needs = await needsOf(tx, quoted, basis, agreement, period);
    await this.needSamePrice(tx, quoted, basis, period, needs);
    const reserved = reserve({ ...sagaOf(draft), state: 'QUOTED' }, needs, draft.expiresAt);
    await placeHolds(tx, xid, reserved.holds);
    await savePools(tx, reserved.pools);
    await takeStock(tx, draft, basis);
    const amount = { minor: quoted.hold, currency: quoted.currency };
    if (quoted.hold > 0n)
      await record(tx, holdPlaced({ id: `${xid}.hold`, at: now, subject: xid }, quoted.buyer, amount));
    return draft;
  }

  private async perUse(tx: EntityManager, basis: Basis): Promise<AgreementRow> {
    const made = perUseAgreement(basis);
    if (await keepAgreement(tx, made))
      await this.outbox.enqueue(tx, `market/2-agreement/${made.id}`, agreementCommand(made));
    return made;
  }

  /** With the meter locked: would the same question still cost the same after everybody else's runs? Refuses QUOTE_MOVED. */
  private async needSamePrice(
    tx: Tx,
    quoted: Quote,
    basis: Basis,
    period: PeriodRow,
    needs: readonly Need[],
  ): Promise<void> {
    const meter = needs.find(
      (need) => need.kind === 'quota' && need.pool.id === pools.quota(period.agreement, period.index),
    );
    if (quoted.rho === '0' || meter === undefined) return;
    const runs = wholeUnits(toText(plus(fromText(meter.pool.spent), fromText(meter.pool.held))));
    const context = await contextOf(tx, basis, period, quoted.at, runs);
    // An appraisal that came later does not change a price that was promised; only runs of the period can.
    if (basis.plan.terms.model === 'appraised') return;
    const usage = { event: 'run' as const, runs: 1n, rho: quoted.rho, repeated: false };
    const again = quote(basis.plan, usage, context, quoted.question);
    const lines = (it: Quote) => contentId('aggregora/lines/1', asJson([it.lines, it.hold]));
    if (again.plan === quoted.plan && lines(again) !== lines(quoted))
      throw new Refusal('QUOTE_MOVED', { quote: quoted.id });
  }
}

/** Refuses ORDER_OTHER: an exchange id is never two orders. */
function mineAgain(known: OrderRow, quoteId: string, buyer: string): OrderRow {
  if (known.quote !== quoteId || known.buyer !== buyer) throw new Refusal('ORDER_OTHER', { order: known.id });
  return known;
}

/**
 * One run of the period, rho, money. Rows are locked in one order everywhere: meters, rho, stock, then balances;
 * settling locks them alike, so the two never wait for each other.
 */
async function needsOf(
  tx: Tx,
  quoted: Quote,
  basis: Basis,
  agreement: AgreementRow,
  period: PeriodRow,
): Promise<readonly Need[]> {
  const needs: Need[] = [];
  if (quoted.rho !== '0') {
    const { runs, rho } = allowance(basis.plan, period.rolledOver);
    const meter = await pool(tx, pools.quota(agreement.id, period.index), 'quota', runs);
    needs.push({ kind: 'quota', amount: '1', pool: { ...meter, limit: runs } });
    if (rho !== null) {
      const budget = await pool(tx, pools.rho(agreement.id, period.index), 'rho', rho);
      needs.push({ kind: 'rho', amount: quoted.rho, pool: { ...budget, limit: toText(fromText(rho)) } });
    }
    const { id, document } = basis.product;
    if (document.runs !== null) await pool(tx, pools.product(id), 'quota', document.runs);
  }
  const money = await moneyPool(tx, quoted.buyer, quoted.currency);
  return [...needs, { kind: 'money', amount: String(quoted.hold), pool: money }];
}

/** The product's own stock, where it has one: of two buyers of the last unit the second is refused RUNS_SPENT. */
async function takeStock(tx: Tx, order: OrderRow, { product }: Basis): Promise<void> {
  if (product.document.runs === null || order.repeated) return;
  const stock = await pool(tx, pools.product(product.id), 'quota', product.document.runs);
  const draft = {
    id: `${order.id}.stock`,
    kind: 'quota' as const,
    pool: stock.id,
    amount: '1',
    expiresAt: order.expiresAt,
  };
  const hold = placeHold(draft);
  await placeHolds(tx, order.id, [hold]);
  await savePools(tx, [drawHold(stock, hold)]);
}

function orderFrom(
  xid: string,
  quoted: Quote,
  agreement: AgreementRow,
  period: PeriodRow,
  basis: Basis,
  now: number,
): OrderRow {
  return {
    id: xid,
    quote: quoted.id,
    agreement: agreement.id,
    period: period.index,
    product: basis.product.id,
    buyer: quoted.buyer,
    seller: agreement.seller,
    state: 'RESERVED',
    outcome: null,
    question: questionId(quoted.question),
    currency: quoted.currency,
    held: quoted.hold,
    captured: null,
    repeated: quoted.rho === '0',
    score: null,
    reason: null,
    answer: null,
    createdAt: now,
    expiresAt: now + HOLD_MS,
    answeredAt: null,
    scoreUntil: null,
    endedAt: null,
    anchorSeq: null,
  };
}
