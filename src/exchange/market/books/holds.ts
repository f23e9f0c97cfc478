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

/** One statement for all: every round trip is time in which others wait for the rows. */
export async function savePools(tx: Tx, pools: readonly Pool[]): Promise<void> {
  const stored = pools.filter((each) => each.kind !== 'money');
  if (stored.length === 0) return;
  await tx.query(
    `UPDATE market_pools p SET spent = n.spent, held = n.held, most = n.most
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS n (id, spent, held, most) WHERE p.id = n.id`,
    [
      stored.map(({ id }) => id),
      stored.map(({ spent }) => spent),
      stored.map(({ held }) => held),
      stored.map(({ limit }) => limit),
    ],
  );
}

export async function placeHolds(tx: Tx, subject: string, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return;
  await tx.query(
    `INSERT INTO market_holds (id, kind, pool, amount, captured, state, expires_at, subject)
     SELECT *, $8 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])`,
    [
      holds.map(({ id }) => id),
      holds.map(({ kind }) => kind),
      holds.map(({ pool: of }) => of),
      holds.map(({ amount }) => amount),
      holds.map(({ captured }) => captured),
      holds.map(({ state }) => state),
      holds.map(({ expiresAt }) => expiresAt),
      subject,
    ],
  );
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
  await tx.query(
    `UPDATE market_holds h SET state = n.state, captured = n.captured
     FROM unnest($1::text[], $2::text[], $3::text[]) AS n (id, state, captured) WHERE h.id = n.id`,
    [ended.map(({ id }) => id), ended.map(({ state }) => state), ended.map(({ captured }) => captured)],
  );
  const drawn = ended.filter((hold) => hold.kind !== 'money');
  if (drawn.length === 0) return;
  const pools = new Map(
    (
      await lockedPools(
        tx,
        drawn.map((hold) => hold.pool),
      )
    ).map((each) => [each.id, each]),
  );
  for (const hold of drawn) {
    const before = pools.get(hold.pool);
    if (before === undefined) throw new Error('A hold draws on a pool that is not there.');
    pools.set(hold.pool, settleHold(before, hold));
  }
  await savePools(tx, [...pools.values()]);
}

/** Meters, then rho, then stock: the order in which placing locks them. */
async function lockedPools(tx: Tx, ids: readonly string[]): Promise<Pool[]> {
  const found = await rows<{ id: string; kind: HoldKind; most: string; spent: string; held: string }>(
    tx,
    `SELECT p.id, p.kind, p.most, p.spent, p.held FROM market_pools p JOIN unnest($1::text[]) WITH ORDINALITY AS n (id, place) USING (id)
     ORDER BY n.place FOR UPDATE OF p`,
    [ids],
  );
  return found.map(({ most, ...row }) => ({ ...row, limit: most }));
}
