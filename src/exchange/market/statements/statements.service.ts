// An owner's statement: every payout line with its rule, version, inputs and where the ledger proves it; and payouts to the outside.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { account, paidOut } from '../../../domain/market/journal';
import { amountText, readMoney, type MoneyText } from '../../../domain/market/money';
import { ledgerKeys } from '../../../domain/ledger';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { balancesOf, record } from '../books/journal';
import { once } from '../store/once';
import { inTransaction, rows } from '../store/sql';

export interface StatementLine {
  readonly subject: string;
  readonly why: string;
  readonly currency: string;
  readonly minor: string;
  readonly amount: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly inputs: Readonly<Record<string, string>>;
  readonly at: number;
  /** Null until the settlement is on the ledger. */
  readonly ledger: { readonly key: string; readonly height: number; readonly index: number } | null;
}

@Injectable()
export class Statements {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Lines in [from, until), totals by reason and currency, and what is still to be paid out. */
  async of(owner: string, { from, until }: { from: number; until: number }) {
    const found = await rows<{
      subject: string;
      why: string;
      currency: string;
      minor: string;
      rule: string;
      rule_version: number;
      inputs: Record<string, string>;
      at: string;
      height: number | null;
      index: number | null;
    }>(
      this.database.manager,
      `SELECT p.subject, p.why, p.currency, p.minor, p.rule, p.rule_version, p.inputs, p.at, o.height, o.index
       FROM market_payouts p LEFT JOIN ledger_outbox o ON o.id = 'market/3-settlement/' || p.subject AND o.state = 'COMMITTED'
       WHERE p.owner = $1 AND p.at >= $2 AND p.at < $3 ORDER BY p.at, p.subject, p.place LIMIT 5000`,
      [owner, from, until],
    );
    const lines: StatementLine[] = found.map(({ rule_version, height, index, at, ...row }) => ({
      ...row,
      amount: amountText({ minor: BigInt(row.minor), currency: row.currency }),
      ruleVersion: rule_version,
      at: Number(at),
      ledger: height === null || index === null ? null : { key: ledgerKeys.settlement(row.subject), height, index },
    }));
    return {
      owner,
      from,
      until,
      lines,
      totals: totals(lines),
      balances: await balancesOf(this.database.manager, owner),
    };
  }

  /** Money leaves to an owner, once per key. Refuses BALANCE_TOO_LOW, PAYMENT_AMOUNT, IDEMPOTENCY_REUSED. */
  async payOut(
    to: { owner: string; from: 'owner.payable' | 'privacy.compensation'; money: MoneyText },
    by: string,
    key: string,
  ) {
    const amount = readMoney(to.money);
    if (amount.minor <= 0n) throw new Refusal('PAYMENT_AMOUNT', { owner: to.owner });
    const now = this.clock.now();
    return inTransaction(this.database, (tx) =>
      once(tx, { participant: by, key, request: { payOut: to }, now }, async () => {
        const subject = `payout:${key}`;
        await record(tx, paidOut({ id: subject, at: now, subject }, account(to.from, to.owner), amount));
        return { payout: key, owner: to.owner, ...to.money };
      }),
    );
  }
}

function totals(lines: readonly StatementLine[]) {
  const sums = new Map<string, bigint>();
  for (const { why, currency, minor } of lines) {
    const key = `${why}|${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(minor));
  }
  return [...sums].map(([key, minor]) => {
    const [why = '', currency = ''] = key.split('|');
    return { why, currency, minor: String(minor), amount: amountText({ minor, currency }) };
  });
}
