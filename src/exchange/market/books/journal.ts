// The journal in PostgreSQL: an entry and the balances it moves, together or not at all; the same id twice is one entry.
import { account, balanceOf, post, type Account, type Entry } from '../../../domain/market/journal';
import { byId } from '../../../domain/market/money';
import { rows, type Tx } from '../store/sql';

/** False when the entry was there already. Refuses BALANCE_TOO_LOW; then nothing moved. */
export async function record(tx: Tx, entry: Entry): Promise<boolean> {
  const fresh = await rows(
    tx,
    'INSERT INTO market_journal (id, at, reason, subject, corrects) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id',
    [entry.id, entry.at, entry.reason, entry.subject, entry.corrects ?? null],
  );
  if (fresh.length === 0) return false;
  await moveBalances(tx, entry);
  const { postings } = entry;
  await tx.query(
    'INSERT INTO market_postings (entry, place, account, currency, minor) SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::bigint[])',
    [
      entry.id,
      postings.map((_, place) => place),
      postings.map((posting) => posting.account),
      postings.map((posting) => posting.currency),
      postings.map((posting) => String(posting.minor)),
    ],
  );
  return true;
}

/** Locked in one order everywhere, so that two entries never wait for each other. */
async function moveBalances(tx: Tx, entry: Entry): Promise<void> {
  const keys = [...new Set(entry.postings.map((each) => `${each.account}|${each.currency}`))].sort(byId);
  const pairs = keys.map((key) => key.split('|'));
  const names = [pairs.map(([name]) => name), pairs.map(([, currency]) => currency)];
  const known = await locked(tx, names);
  const before = known.size === keys.length ? known : await opened(tx, names);
  const after = post(before, entry);
  await tx.query(
    `UPDATE market_balances b SET minor = n.minor FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (account, currency, minor)
     WHERE b.account = n.account AND b.currency = n.currency`,
    [...names, keys.map((key) => String(after.get(key) ?? 0n))],
  );
}

async function locked(tx: Tx, names: readonly unknown[]): Promise<Map<string, bigint>> {
  const found = await rows<{ account: string; currency: string; minor: string }>(
    tx,
    `SELECT b.account, b.currency, b.minor FROM market_balances b
     JOIN unnest($1::text[], $2::text[]) AS n (account, currency) USING (account, currency)
     ORDER BY b.account COLLATE "C", b.currency COLLATE "C" FOR UPDATE OF b`,
    names,
  );
  return new Map(found.map((row) => [`${row.account}|${row.currency}`, BigInt(row.minor)]));
}

async function opened(tx: Tx, names: readonly unknown[]): Promise<Map<string, bigint>> {
  await tx.query(
    'INSERT INTO market_balances (account, currency, minor) SELECT a, c, 0 FROM unnest($1::text[], $2::text[]) AS n (a, c) ON CONFLICT DO NOTHING',
    [...names],
  );
  return locked(tx, names);
}

/** What a buyer can still spend, its row locked until the transaction ends. */
export async function available(tx: Tx, buyer: string, currency: string): Promise<bigint> {
  const own: Account = account('buyer.available', buyer);
  return balanceOf(await locked(tx, [[own], [currency]]), own, currency);
}

/** Balances of all accounts of one owner. */
export async function balancesOf(tx: Tx, owner: string) {
  return rows<{ account: string; currency: string; minor: string }>(
    tx,
    "SELECT account, currency, minor FROM market_balances WHERE split_part(account, '/', 2) = $1 ORDER BY account, currency",
    [owner],
  );
}
