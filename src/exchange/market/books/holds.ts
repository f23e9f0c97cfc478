// Holds and the pools they draw on, as rows. Money's pool is the buyer's balance; quota and rho have rows of their own.
import { emptyPool, settleHold, type Hold, type HoldKind, type Pool } from '../../../domain/market/holds';
import { account } from '../../../domain/market/journal';
import { first, rows, type Tx } from '../store/sql';
import { available } from './journal';

/** The buyer's money as a pool of one moment; the journal entry of the hold is what really moves it. */
export async function moneyPool(tx: Tx, buyer: string, currency: string): Promise<Pool> {
  const limit = await available(tx, buyer, currency);
  return emptyPool(`${account('buyer.available', buyer)}|${currency}`, 'money', String(limit));
}

/** The pool with its row locked; made with this limit when it is new. */
export async function pool(tx: Tx, id: string, kind: 'quota' | 'rho', most: string): Promise<Pool> {
  await tx.query(
    `INSERT INTO market_pools (id, kind, most, spent, held) VALUES ($1, $2, $3, '0', '0') ON CONFLICT DO NOTHING`,
    [id, kind, emptyPool(id, kind, most).limit],
  );
  const row = await first<{ kind: HoldKind; most: string; spent: string; held: string }>(
    tx,
    'SELECT kind, most, spent, held FROM market_pools WHERE id = $1 FOR UPDATE',
    [id],
  );
  if (row === undefined) throw new Error('A pool was made and is not there.');
  return { id, kind: row.kind, limit: row.most, spent: row.spent, held: row.held };
}

/** A pool as it stands, without waiting for anybody; undefined when nothing was ever drawn. */
export async function look(tx: Tx, id: string): Promise<Pool | undefined> {
  const row = await first<{ kind: HoldKind; most: string; spent: string; held: string }>(
    tx,
    'SELECT kind, most, spent, held FROM market_pools WHERE id = $1',
    [id],
  );
  return row && { id, kind: row.kind, limit: row.most, spent: row.spent, held: row.held };
}

export async function savePools(tx: Tx, pools: readonly Pool[]): Promise<void> {
  for (const { id, kind, spent, held, limit } of pools) {
    if (kind !== 'money')
      await tx.query('UPDATE market_pools SET spent = $2, held = $3, most = $4 WHERE id = $1', [
        id,
        spent,
        held,
        limit,
      ]);
  }
}

export async function placeHolds(tx: Tx, subject: string, holds: readonly Hold[]): Promise<void> {
  for (const hold of holds) {
    await tx.query(
      'INSERT INTO market_holds (id, kind, pool, amount, captured, subject, state, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
      [hold.id, hold.kind, hold.pool, hold.amount, hold.captured, subject, hold.state, hold.expiresAt],
    );
  }
}

/** The holds of a subject, locked. */
export async function holdsOf(tx: Tx, subject: string): Promise<Hold[]> {
  const found = await rows<Omit<Hold, 'expiresAt'> & { expires_at: string }>(
    tx,
    'SELECT id, kind, pool, amount, captured, state, expires_at FROM market_holds WHERE subject = $1 ORDER BY id FOR UPDATE',
    [subject],
  );
  return found.map(({ expires_at, ...hold }) => ({ ...hold, expiresAt: Number(expires_at) }));
}

/** Writes how holds ended, and what that does to quota and rho pools; the journal moves the money. */
export async function endHolds(tx: Tx, ended: readonly Hold[]): Promise<void> {
  for (const hold of ended) {
    await tx.query('UPDATE market_holds SET state = $2, captured = $3 WHERE id = $1', [
      hold.id,
      hold.state,
      hold.captured,
    ]);
    if (hold.kind !== 'money') await savePools(tx, [settleHold(await pool(tx, hold.pool, hold.kind, '0'), hold)]);
  }
}
