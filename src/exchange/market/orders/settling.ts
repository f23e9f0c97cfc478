// What becomes of an order: its question is relayed, answered, refused or lost; money, quota and rho end together.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { contentId, readCanonical, utf8, type JsonObject } from '../../../domain/canonical';
import { AskedConfidentially } from '../../../domain/confidential';
import { DataElement } from '../../../domain/elements';
import { holdReturned } from '../../../domain/market/journal';
import { type PricePlan, quote } from '../../../domain/market/prices';
import { releaseHold } from '../../../domain/market/holds';
import { advance, endSaga, type OutcomeName } from '../../../domain/market/saga';
import { readAnswer, type Request } from '../../../domain/receipts';
import { Refusal } from '../../../domain/refusals';
import { bind, plan as planned, Template } from '../../../domain/templates';
import { CLOCK, type Clock } from '../../../platform/clock';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import { agreementOf } from '../agreements/agreement';
import { capture, type Parties } from '../books/charging';
import { endHolds, holdsOf } from '../books/holds';
import { record } from '../books/journal';
import { Drain } from '../evidence/drain';
import { Payees } from '../books/payees';
import { planOf } from '../products/store';
import { quoteOf } from '../quotes/quotes.service';
import { changed, first, inTransaction, rows, type Tx } from '../store/sql';
import { findOrder, type OrderRow, orderOf, sagaOf, saveOrder } from './order';
import type { PaidQuestions } from './paid';

/** The data end's only refusal after it touched data; every other code it signs came before. */
const AFTER_DATA = 'RUN_FAILED';
/** A late answer may still be captured while its buyer can score it. */
const SCORE_SPARE_MS = 60_000;

interface Relayed {
  readonly state: string;
  readonly request: Buffer;
  readonly answer: Buffer | null;
  readonly refusal: string | null;
  readonly repository: string;
  readonly template: string;
}

@Injectable()
export class Settling implements PaidQuestions {
  constructor(
    private readonly database: DataSource,
    private readonly payees: Payees,
    private readonly outbox: OperatorOutbox,
    private readonly drain: Drain,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async admit(tx: Tx, request: Request): Promise<void> {
    const { xid, from, template, repository } = request;
    const order = await findOrder(tx, xid, 'FOR UPDATE');
    if (order === undefined) {
      if ((await isPriced(tx, request.permit)) || (await mustBePaid(tx, repository, template)))
        throw new Refusal('ORDER_MISSING', { xid, repository });
      return;
    }
    if (order.buyer !== from) throw new Refusal('QUOTE_FOREIGN', { quote: order.quote });
    if (order.outcome !== null) throw new Refusal('ORDER_ENDED', { order: xid, state: order.state });
    const { quote: quoted } = await quoteOf(tx, order.quote);
    const asked = { template, repository, binding: await bindingOf(tx, request) };
    const bound = quoted.question;
    if (bound?.template !== asked.template || bound.repository !== asked.repository || bound.binding !== asked.binding)
      throw new Refusal('QUOTE_OTHER_QUESTION', { quote: quoted.id });
    if (order.state === 'RESERVED') await saveOrder(tx, { ...order, state: advance(sagaOf(order), 'RUNNING').state });
  }

  async agreed(xid: string): Promise<void> {
    const order = await findOrder(this.database.manager, xid);
    if (order !== undefined) await this.drain.before(order.product, order.agreement);
  }

  async settle(xid: string): Promise<void> {
    const order = await findOrder(this.database.manager, xid);
    if (order?.state !== 'RUNNING' || order.answeredAt !== null) return;
    const parties = await this.payees.ofProduct(
      order.product,
      await ruleIn(this.database.manager, order),
      this.clock.now(),
    );
    await inTransaction(this.database, async (tx) => {
      // Orders of one question end one after the other: only the first answer to it is new.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7))', [order.question]);
      const now = await orderOf(tx, xid, 'FOR UPDATE');
      if (now.state !== 'RUNNING' || now.answeredAt !== null) return;
      const part = await confidentialPart(tx, xid);
      if (part?.ended === null) return;
      if (part?.contributed === true && part.ended !== 'COMPLETE')
        return this.void(tx, now, 'failed-after-data', part.why);
      if (part?.answered === false) return this.void(tx, now, 'refused-before-data', part.why);
      const relayed = await first<Relayed>(
        tx,
        'SELECT state, request, answer, refusal, repository, template FROM relayed_exchanges WHERE xid = $1',
        [xid],
      );
      if (relayed === undefined || relayed.state === 'QUEUED') return;
      if (relayed.answer === null) return this.void(tx, now, 'refused-before-data', relayed.refusal ?? 'UNDELIVERABLE');
      const answer = readAnswer(new Uint8Array(relayed.answer), new Uint8Array(relayed.request));
      if (answer.status === 'REFUSED') {
        const { code } = answer.answer;
        return this.void(tx, now, code === AFTER_DATA ? 'failed-after-data' : 'refused-before-data', code);
      }
      await this.answered(tx, now, contentId('aggregora/answer/1', answer.answer), parties);
    });
  }

  async proven(xid: string, seq: number): Promise<void> {
    await this.database.query('UPDATE market_orders SET anchor_seq = $2 WHERE id = $1 AND anchor_seq IS NULL', [
      xid,
      seq,
    ]);
  }

  /** One score an order, inside its window. Refuses SCORE_TWICE, SCORE_OUTSIDE, ORDER_UNKNOWN, NOT_YOURS. */
  async score(id: string, score: string, buyer: string): Promise<OrderRow> {
    const order = await orderOf(this.database.manager, id);
    if (order.buyer !== buyer) throw new Refusal('NOT_YOURS', { order: id });
    const parties = await this.payees.ofProduct(
      order.product,
      await ruleIn(this.database.manager, order),
      this.clock.now(),
    );
    await inTransaction(this.database, async (tx) => {
      const now = await orderOf(tx, id, 'FOR UPDATE');
      const open = now.state === 'RUNNING' && now.scoreUntil !== null && this.clock.now() < now.scoreUntil;
      if (!open || now.score !== null) throw new Refusal('SCORE_TWICE', { order: id });
      await this.post(tx, { ...now, score }, parties);
    });
    return orderOf(this.database.manager, id);
  }

  /** The buyer changed its mind before the question was sent. Refuses ORDER_MOVE. */
  async withdraw(id: string, buyer: string): Promise<OrderRow> {
    await inTransaction(this.database, async (tx) => {
      const order = await orderOf(tx, id, 'FOR UPDATE');
      if (order.buyer !== buyer) throw new Refusal('NOT_YOURS', { order: id });
      if (order.outcome !== 'withdrawn-by-buyer') await this.void(tx, order, 'withdrawn-by-buyer', 'withdrawn');
    });
    return orderOf(this.database.manager, id);
  }

  /** Ends what ran out of time, and what a window of silence left open. Called by the sweeper, one order a call. */
  async lapse(id: string): Promise<void> {
    const order = await orderOf(this.database.manager, id);
    const parties = await this.payees.ofProduct(
      order.product,
      await ruleIn(this.database.manager, order),
      this.clock.now(),
    );
    await inTransaction(this.database, async (tx) => {
      const now = await orderOf(tx, id, 'FOR UPDATE');
      const at = this.clock.now();
      if (now.state === 'RUNNING' && now.scoreUntil !== null) {
        if (at >= now.scoreUntil) await this.post(tx, now, parties);
        return;
      }
      if (at < now.expiresAt || (now.state !== 'RESERVED' && now.state !== 'RUNNING')) return;
      // With the order goes its request: an answer nobody pays for must not come in later.
      const lost = await changed(
        tx,
        `UPDATE relayed_exchanges SET state = 'UNDELIVERABLE', refusal = 'ORDER_ENDED' WHERE xid = $1 AND state = 'QUEUED'`,
        [id],
      );
      if (now.state === 'RUNNING' && lost === 0 && (await wasRelayed(tx, id))) return;
      await this.void(tx, now, now.state === 'RUNNING' ? 'expired-while-running' : 'expired-before-run', 'expired');
    });
  }

  private async answered(tx: EntityManager, order: OrderRow, answer: string, parties: Parties): Promise<void> {
    const at = this.clock.now();
    const repeated = await releasedBefore(tx, order, answer);
    const { windowSeconds } = feedbackOf(await planIn(tx, order));
    const next = { ...order, answer, repeated, answeredAt: at };
    if (windowSeconds === null || repeated || order.held === 0n) return this.post(tx, next, parties);
    const scoreUntil = at + windowSeconds * 1000;
    await tx.query('UPDATE market_holds SET expires_at = $2 WHERE subject = $1', [
      order.id,
      scoreUntil + SCORE_SPARE_MS,
    ]);
    await saveOrder(tx, { ...next, scoreUntil, expiresAt: scoreUntil + SCORE_SPARE_MS });
  }

  /** Captures what the answer costs: nothing for a stored one, the scored price under feedback, the held price otherwise. */
  private async post(tx: EntityManager, order: OrderRow, parties: Parties): Promise<void> {
    const at = this.clock.now();
    const { quote: quoted } = await quoteOf(tx, order.quote);
    const final = finalLines(await planIn(tx, order), order, quoted, at);
    const captured = order.repeated
      ? 0n
      : clamp(
          final.reduce((sum, line) => sum + line.minor, 0n),
          order.held,
        );
    const holds = await holdsOf(tx, order.id);
    const charged = order.repeated ? holds.filter((hold) => hold.kind === 'money') : holds;
    const ended = endSaga(sagaOf(order), charged, 'answered', { now: at, moneyPart: String(captured) });
    const returned = order.repeated ? holds.filter((hold) => hold.kind !== 'money').map(releaseHold) : [];
    await endHolds(tx, [...ended.holds, ...returned]);
    const { command } = await capture(tx, {
      subject: order.id,
      agreement: await agreementOf(tx, order.agreement),
      at,
      held: order.held,
      captured,
      lines: final,
      rho: order.repeated ? '0' : quoted.rho,
      parties: [parties],
    });
    await this.outbox.enqueue(tx, `market/3-settlement/${order.id}`, command);
    await saveOrder(tx, { ...order, state: ended.saga.state, outcome: 'answered', captured, endedAt: at });
  }

  private async void(tx: Tx, order: OrderRow, outcome: OutcomeName, reason: string): Promise<void> {
    const at = this.clock.now();
    const ended = endSaga(sagaOf(order), await holdsOf(tx, order.id), outcome, { now: at });
    await endHolds(tx, ended.holds);
    const amount = { minor: order.held, currency: order.currency };
    if (order.held > 0n)
      await record(tx, holdReturned({ id: `${order.id}.return`, at, subject: order.id }, order.buyer, amount));
    await saveOrder(tx, { ...order, state: ended.saga.state, outcome, reason, captured: 0n, endedAt: at });
  }
}

/** Undefined where the parameters are sealed to the data end and not only marked as a confidential question's. */
function confidentialParameters(text: string): JsonObject | undefined {
  try {
    return AskedConfidentially.parse(readCanonical(utf8(text))).parameters;
  } catch {
    return undefined;
  }
}

/** What the request's parameters bind to, by the template's own rules. Refuses PARAMETER_*, QUOTE_OTHER_QUESTION. */
async function bindingOf(tx: Tx, request: Request): Promise<string> {
  const row = await first<{ template: unknown; element: unknown }>(
    tx,
    'SELECT t.document AS template, e.document AS element FROM templates t JOIN elements e ON e.id = t.element WHERE t.id = $1',
    [request.template],
  );
  const parameters = request.mode === 'clear' ? request.parameters : confidentialParameters(request.parameters);
  if (row === undefined || parameters === undefined)
    throw new Refusal('QUOTE_OTHER_QUESTION', { template: request.template });
  const [template, element] = [Template.parse(row.template), DataElement.parse(row.element)];
  return planned(template, element, bind(template, element, parameters)).binding;
}

interface ConfidentialEnd {
  /** COMPLETE or STOPPED; null while the run goes on. */
  readonly ended: string | null;
  readonly contributed: boolean;
  readonly answered: boolean;
  readonly why: string;
}

/** A part of a confidential question is paid with its sum: not when it was contributed, and not when the sum was never released. */
async function confidentialPart(tx: Tx, xid: string): Promise<ConfidentialEnd | undefined> {
  return first<ConfidentialEnd>(
    tx,
    `SELECT CASE WHEN r.state IN ('COMPLETE', 'STOPPED') THEN r.state END AS ended, p.state = 'CONTRIBUTED' AS contributed,
       p.answer IS NOT NULL AS answered, COALESCE(p.refusal, r.refusal, 'COMPUTATION_STOPPED') AS why
     FROM confidential_parts p JOIN confidential_runs r ON r.id = p.run WHERE p.xid = $1`,
    [xid],
  );
}

/** The owner's permit says so itself. */
const isPriced = async (tx: Tx, permit: string): Promise<boolean> =>
  (await first(tx, `SELECT 1 FROM permits WHERE id = $1 AND document->'priced' = 'true'`, [permit])) !== undefined;

async function mustBePaid(tx: Tx, repository: string, template: string): Promise<boolean> {
  const found = await first(
    tx,
    `SELECT 1 FROM market_products WHERE repository = $1 AND state = 'LISTED' AND document->>'unpaid' = 'refused'
     AND document->'templates' ? $2 LIMIT 1`,
    [repository, template],
  );
  return found !== undefined;
}

async function wasRelayed(tx: Tx, xid: string): Promise<boolean> {
  const row = await first<{ state: string }>(tx, 'SELECT state FROM relayed_exchanges WHERE xid = $1', [xid]);
  return row !== undefined && row.state !== 'UNDELIVERABLE';
}

/** Noise makes two runs differ, so the same body for the same question is the stored answer: nobody spent rho for it. */
async function releasedBefore(tx: Tx, order: OrderRow, answer: string): Promise<boolean> {
  const paid = await first(
    tx,
    'SELECT 1 FROM market_orders WHERE question = $1 AND answer = $2 AND id <> $3 AND answered_at IS NOT NULL LIMIT 1',
    [order.question, answer, order.id],
  );
  if (paid !== undefined) return true;
  const others = await rows<{ request: Buffer; answer: Buffer }>(
    tx,
    `SELECT o.request, o.answer FROM relayed_exchanges o JOIN relayed_exchanges n ON n.xid = $1
     WHERE o.xid <> n.xid AND o.repository = n.repository AND o.template = n.template AND o.answer IS NOT NULL
     AND o.answered_at <= n.answered_at AND NOT EXISTS (SELECT 1 FROM market_orders m WHERE m.id = o.xid)
     ORDER BY o.answered_at DESC LIMIT 200`,
    [order.id],
  );
  return others.some((other) => {
    const read = readAnswer(new Uint8Array(other.answer), new Uint8Array(other.request));
    return read.status === 'ANSWERED' && contentId('aggregora/answer/1', read.answer) === answer;
  });
}

async function ruleIn(tx: Tx, order: OrderRow): Promise<string | null> {
  const it = await agreementOf(tx, order.agreement);
  return it.product === order.product ? it.rule : null;
}

async function planIn(tx: Tx, order: OrderRow): Promise<PricePlan> {
  const it = await agreementOf(tx, order.agreement);
  const { quote: quoted } = await quoteOf(tx, order.quote);
  return planOf(tx, it.product, quoted.plan);
}

const feedbackOf = ({ terms }: PricePlan): { readonly windowSeconds: number | null } =>
  terms.model === 'feedback' ? terms : { windowSeconds: null };

/** The quote's lines, or the scored price under feedback. Refuses SCORE_OUTSIDE. */
function finalLines(
  plan: PricePlan,
  order: OrderRow,
  quoted: Awaited<ReturnType<typeof quoteOf>>['quote'],
  now: number,
) {
  if (plan.terms.model !== 'feedback' || order.repeated) return quoted.lines;
  const buyer = { id: order.buyer, verified: true, credentials: [] };
  const context = { now, buyer, purpose: '', runsBefore: 0n, rolledOver: 0n };
  const usage = { event: 'settle' as const, runs: 1n, rho: quoted.rho, repeated: false };
  return quote(plan, usage, order.score === null ? context : { ...context, score: order.score }).lines;
}

/** A credit line can make a run cost less than nothing: then nothing is captured, and charging gives the difference back. */
const clamp = (minor: bigint, most: bigint): bigint => (minor < 0n ? 0n : minor > most ? most : minor);
