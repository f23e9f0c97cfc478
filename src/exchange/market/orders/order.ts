// An order as a row: the saga of one paid question, named by its exchange id.
import type { OutcomeName, Saga, SagaState } from '../../../domain/market/saga';
import { Refusal } from '../../../domain/refusals';
import { first, rows, type Tx } from '../store/sql';

export interface OrderRow {
  readonly id: string;
  readonly quote: string;
  readonly agreement: string;
  readonly period: number;
  readonly product: string;
  readonly buyer: string;
  readonly seller: string;
  readonly state: SagaState;
  readonly outcome: OutcomeName | null;
  readonly question: string;
  readonly currency: string;
  readonly held: bigint;
  readonly captured: bigint | null;
  readonly repeated: boolean;
  readonly score: string | null;
  readonly reason: string | null;
  readonly answer: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly answeredAt: number | null;
  readonly scoreUntil: number | null;
  readonly endedAt: number | null;
  /** The buyer's anchored batch that holds the receipt; null until it is final. */
  readonly anchorSeq: number | null;
}

interface Stored {
  readonly id: string;
  readonly quote: string;
  readonly agreement: string;
  readonly period: number;
  readonly product: string;
  readonly buyer: string;
  readonly seller: string;
  readonly state: SagaState;
  readonly outcome: OutcomeName | null;
  readonly question: string;
  readonly currency: string;
  readonly held: string;
  readonly captured: string | null;
  readonly repeated: boolean;
  readonly score: string | null;
  readonly reason: string | null;
  readonly answer: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly answered_at: string | null;
  readonly score_until: string | null;
  readonly ended_at: string | null;
  readonly anchor_seq: number | null;
}

const instant = (text: string | null): number | null => (text === null ? null : Number(text));

const read = ({
  created_at,
  expires_at,
  answered_at,
  score_until,
  ended_at,
  anchor_seq,
  ...row
}: Stored): OrderRow => ({
  ...row,
  held: BigInt(row.held),
  captured: row.captured === null ? null : BigInt(row.captured),
  createdAt: Number(created_at),
  expiresAt: Number(expires_at),
  answeredAt: instant(answered_at),
  scoreUntil: instant(score_until),
  endedAt: instant(ended_at),
  anchorSeq: anchor_seq,
});

export async function findOrder(tx: Tx, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<OrderRow | undefined> {
  const row = await first<Stored>(tx, `SELECT * FROM market_orders WHERE id = $1 ${lock}`, [id]);
  return row && read(row);
}

/** Refuses ORDER_UNKNOWN. */
export async function orderOf(tx: Tx, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<OrderRow> {
  const found = await findOrder(tx, id, lock);
  if (found === undefined) throw new Refusal('ORDER_UNKNOWN', { order: id });
  return found;
}

export async function ordersOf(tx: Tx, participant: string): Promise<OrderRow[]> {
  const found = await rows<Stored>(
    tx,
    'SELECT * FROM market_orders WHERE $1 IN (buyer, seller) ORDER BY created_at DESC, id LIMIT 200',
    [participant],
  );
  return found.map(read);
}

/** Inserts; false when the order or another one of the same quote is there already. */
export async function insertOrder(tx: Tx, it: OrderRow): Promise<boolean> {
  const fresh = await rows(
    tx,
    `INSERT INTO market_orders (id, quote, agreement, period, product, buyer, seller, state, question, currency, held, repeated, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING RETURNING id`,
    [
      it.id,
      it.quote,
      it.agreement,
      it.period,
      it.product,
      it.buyer,
      it.seller,
      it.state,
      it.question,
      it.currency,
      String(it.held),
      it.repeated,
      it.createdAt,
      it.expiresAt,
    ],
  );
  return fresh.length > 0;
}

/** Writes everything of an order that may change. */
export async function saveOrder(tx: Tx, it: OrderRow): Promise<void> {
  await tx.query(
    `UPDATE market_orders SET state = $2, outcome = $3, captured = $4, repeated = $5, score = $6, reason = $7, answer = $8,
     answered_at = $9, score_until = $10, ended_at = $11, expires_at = $12 WHERE id = $1`,
    [
      it.id,
      it.state,
      it.outcome,
      it.captured === null ? null : String(it.captured),
      it.repeated,
      it.score,
      it.reason,
      it.answer,
      it.answeredAt,
      it.scoreUntil,
      it.endedAt,
      it.expiresAt,
    ],
  );
}

/** The order as the rules of the saga see it. */
export const sagaOf = (it: OrderRow): Saga => ({
  id: it.id,
  buyer: it.buyer,
  quote: it.quote,
  state: it.state,
  outcome: it.outcome,
  holds: {},
});
