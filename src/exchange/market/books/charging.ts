// Captures a price: the journal entry, one charge a line for the invoice, one payout a line for statements, the settlement's hash.
import { contentId } from '../../../domain/canonical';
import type { Command } from '../../../domain/ledger/commands';
import { holdCaptured, holdPlaced, refunded, type Payout } from '../../../domain/market/journal';
import type { PriceLine } from '../../../domain/market/prices';
import { asJson } from '../../../domain/market/prices';
import { payouts, type PayoutLine, type ShareRule } from '../../../domain/market/shares';
import { burn, type Grant } from '../../../domain/market/subscriptions';
import type { AgreementRow } from '../agreements/agreement';
import { rows, type Tx } from '../store/sql';
import { record } from './journal';

/** Who is paid for a product, read from the ledger before the transaction begins. */
export interface Parties {
  readonly product: string;
  readonly repository: string;
  /** Owner of the repository: paid for privacy loss. */
  readonly owner: string;
  readonly rule: ShareRule;
  readonly holding: readonly { readonly id: string; readonly shareBp: number }[];
  readonly processing: readonly { readonly id: string; readonly shareBp: number }[];
  readonly usage: readonly { readonly id: string; readonly shareBp: number }[];
}

export interface Sale {
  /** What is paid for: an order, a period, an award. Its name is the name of every row written. */
  readonly subject: string;
  readonly agreement: AgreementRow;
  readonly at: number;
  /** Minor units that were held. */
  readonly held: bigint;
  readonly captured: bigint;
  readonly lines: readonly PriceLine[];
  /** rho the answer spent, as text. */
  readonly rho: string;
  /** One, or one a member of a bundle. */
  readonly parties: readonly Parties[];
}

export interface Settled {
  readonly settlement: string;
  readonly command: Command;
  readonly payouts: readonly PayoutLine[];
}

/** Holds and captures at once: fees of periods and awards. Refuses BALANCE_TOO_LOW. */
export async function chargeNow(tx: Tx, sale: Omit<Sale, 'held'>): Promise<Settled> {
  const { subject, agreement, at, captured } = sale;
  const amount = { minor: captured, currency: agreement.currency };
  if (captured > 0n) await record(tx, holdPlaced({ id: `${subject}.hold`, at, subject }, agreement.buyer, amount));
  return capture(tx, { ...sale, held: captured });
}

/** Captures what was held. The caller ends the hold in the same transaction. */
export async function capture(tx: Tx, sale: Sale): Promise<Settled> {
  const { subject, agreement, at, held, captured } = sale;
  const lines = split(sale);
  await giveCredit(tx, sale);
  await writePayouts(tx, sale, lines);
  await writeCharges(tx, sale, lines);
  // Last, because the accounts of tax, fee and owner are everybody's: their rows are locked from here to the commit.
  if (held > 0n) {
    const pay: Payout[] = lines.map(({ account, minor }) => ({ account, minor }));
    const amount = { minor: held, currency: agreement.currency };
    await record(tx, holdCaptured({ id: `${subject}.capture`, at, subject }, agreement.buyer, amount, captured, pay));
  }
  await burnGrants(tx, sale); // Balances before grants, here as everywhere: so nobody waits in a circle.
  const settlement = contentId(
    'aggregora/settlement/1',
    asJson({
      subject,
      agreement: agreement.id,
      currency: agreement.currency,
      captured,
      lines: sale.lines,
      payouts: lines,
    }),
  );
  const command: Command = {
    type: 'RecordSettlement',
    settlement: subject,
    agreement: agreement.id,
    hash: settlement.slice(7),
  };
  return { settlement, command, payouts: lines };
}

/** Members of a bundle share their own line each; everything else is one split. */
function split(sale: Sale): readonly PayoutLine[] {
  if (sale.captured === 0n) return [];
  const [only, ...more] = sale.parties;
  if (only === undefined) throw new Error('A sale without parties.');
  if (more.length === 0) return paid(only, sale.captured, sale.agreement.currency, sale.rho);
  return sale.lines.flatMap((line) => {
    const member = sale.parties.find((each) => line.what === `member:${each.product}`);
    if (member === undefined) throw new Error(`No parties for ${line.what}.`);
    return line.minor === 0n ? [] : paid(member, line.minor, sale.agreement.currency, '0');
  });
}

function paid(parties: Parties, minor: bigint, currency: string, rho: string): readonly PayoutLine[] {
  const { owner, repository, rule } = parties;
  const holding = parties.holding.length > 0 ? parties.holding : [{ id: owner, shareBp: 10_000 }];
  return payouts(rule, {
    minor,
    currency,
    rho: rho === '0' ? [] : [{ owner, rho }],
    // One repository: what its holders registered is their contribution; noised counts come with computations over several.
    contributions: holding.map(({ id, shareBp }) => ({
      owner: id,
      entity: id,
      fingerprint: `${repository}/${id}`,
      noised: BigInt(shareBp),
      newcomer: false,
    })),
    processors: parties.processing,
    licensors: parties.usage,
  });
}

async function writePayouts(tx: Tx, { subject, at, agreement }: Sale, lines: readonly PayoutLine[]): Promise<void> {
  if (lines.length === 0) return;
  const written = lines.map((line, place) => ({
    place,
    account: line.account,
    owner: line.account.split('/')[1] ?? null,
    why: line.why,
    minor: String(line.minor),
    rule: line.rule,
    rule_version: line.ruleVersion,
    inputs: line.inputs,
  }));
  await tx.query(
    `INSERT INTO market_payouts (subject, currency, at, place, account, owner, why, minor, rule, rule_version, inputs)
     SELECT $1, $2, $3, * FROM jsonb_to_recordset($4::jsonb) AS n
     (place int, account text, owner text, why text, minor bigint, rule text, rule_version int, inputs jsonb)`,
    [subject, agreement.currency, at, JSON.stringify(written)],
  );
}

/** Under `volume` one more run can lower the period's charge: the difference comes back from those who were paid it. */
async function giveCredit(tx: Tx, sale: Sale): Promise<void> {
  const sum = sale.lines.reduce((total, line) => total + line.minor, 0n);
  const [only] = sale.parties;
  if (sum >= 0n || only === undefined) return;
  const { subject, agreement, at } = sale;
  const back = paid(only, -sum, agreement.currency, '0').map(({ account, minor }) => ({ account, minor }));
  await record(tx, refunded({ id: `${subject}.credit`, at, subject }, agreement.buyer, agreement.currency, back));
}

/** What the invoice will say. When less than the lines' sum was captured (a stored answer), the lines say so. */
async function writeCharges(tx: Tx, sale: Sale, paidOut: readonly PayoutLine[]): Promise<void> {
  const { subject, agreement, at, captured } = sale;
  const sum = sale.lines.reduce((total, line) => total + line.minor, 0n);
  const lines: readonly PriceLine[] =
    sum === captured || sum < 0n
      ? sale.lines
      : [{ type: 'INCLUDED', what: 'stored answer', quantity: 1n, minor: captured }];
  const tax = paidOut.filter((line) => line.why === 'tax').reduce((total, line) => total + line.minor, 0n);
  const written = lines.map((line, place) => ({
    id: `${subject}/${String(place)}`,
    type: line.type,
    what: line.what,
    quantity: String(line.quantity),
    minor: String(line.minor),
    tax: String(place === 0 ? tax : 0n),
  }));
  const { id, seller, buyer, currency } = agreement;
  await tx.query(
    `INSERT INTO market_charges (subject, agreement, seller, buyer, currency, at, id, type, what, quantity, minor, tax)
     SELECT $1, $2, $3, $4, $5, $6, * FROM jsonb_to_recordset($7::jsonb) AS n
     (id text, type text, what text, quantity bigint, minor bigint, tax bigint)`,
    [subject, id, seller, buyer, currency, at, JSON.stringify(written)],
  );
}

/** Prepaid credit is burnt in its order; credit without a grant (a refund) is simply spent. */
async function burnGrants(tx: Tx, { agreement, captured, at }: Sale): Promise<void> {
  if (captured === 0n) return;
  const found = await rows<{ id: string; priority: number; expires_at: string; created_at: string; remaining: string }>(
    tx,
    `SELECT id, priority, expires_at, created_at, remaining FROM market_grants
     WHERE buyer = $1 AND currency = $2 AND remaining > 0 ORDER BY id FOR UPDATE`,
    [agreement.buyer, agreement.currency],
  );
  const grants: Grant[] = found.map((row) => ({
    id: row.id,
    priority: row.priority,
    expiresAt: Number(row.expires_at),
    createdAt: Number(row.created_at),
    left: BigInt(row.remaining),
  }));
  const live = grants.filter((grant) => grant.expiresAt > at).reduce((sum, grant) => sum + grant.left, 0n);
  const { taken } = burn(grants, captured < live ? captured : live, at);
  for (const { grant, amount } of taken)
    await tx.query('UPDATE market_grants SET remaining = remaining - $2 WHERE id = $1', [grant, String(amount)]);
}
