// What leaves as a file: orders, charges, invoices and payouts of a party, the journal for auditors; read page by page, so that size does not matter.
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { amountText } from '../../../domain/market/money';
import { rows } from '../store/sql';
import type { Cell } from './csv';

export interface Span {
  /** [from, until), ms UTC. */
  readonly from: number;
  readonly until: number;
}

interface Kind {
  /** Selects `at`, `key` and its columns, of one participant ($1) in [$2, $3) after ($4, $5), in this order, at most $6. */
  readonly sql: string;
  readonly columns: readonly string[];
}

const page = 'ORDER BY at, key LIMIT $6';
const after = 'at >= $2 AND at < $3 AND (at, key) > ($4::bigint, $5::text)';

/** Every kind of a party's own. */
export const kinds = {
  orders: {
    columns: ['id', 'product', 'buyer', 'seller', 'state', 'outcome', 'currency', 'held', 'captured', 'reason'],
    sql: `SELECT * FROM (SELECT created_at AS at, id::text AS key, id::text AS id, product, buyer, seller, state, outcome, currency, held, captured, reason
      FROM market_orders WHERE $1 IN (buyer, seller)) o WHERE ${after} ${page}`,
  },
  charges: {
    columns: ['id', 'agreement', 'seller', 'buyer', 'type', 'what', 'quantity', 'currency', 'minor', 'tax', 'invoice'],
    sql: `SELECT * FROM (SELECT at, id AS key, id, agreement, seller, buyer, type, what, quantity, currency, minor, tax, invoice
      FROM market_charges WHERE $1 IN (buyer, seller)) c WHERE ${after} ${page}`,
  },
  invoices: {
    columns: ['seller', 'number', 'kind', 'buyer', 'currency', 'total', 'state', 'credits'],
    sql: `SELECT * FROM (SELECT issued_at AS at, seller || '/' || number AS key, seller, number, kind, buyer, currency, total, state, credits
      FROM market_invoices WHERE $1 IN (buyer, seller)) i WHERE ${after} ${page}`,
  },
  payouts: {
    columns: ['subject', 'why', 'currency', 'minor', 'rule', 'ruleVersion', 'inputs', 'ledgerHeight'],
    sql: `SELECT * FROM (SELECT p.at, p.subject || '/' || lpad(p.place::text, 6, '0') AS key, p.subject, p.why, p.currency, p.minor, p.rule,
      p.rule_version AS "ruleVersion", p.inputs::text AS inputs, l.height AS "ledgerHeight"
      FROM market_payouts p LEFT JOIN ledger_outbox l ON l.id = 'market/3-settlement/' || p.subject AND l.state = 'COMMITTED'
      WHERE p.owner = $1) p WHERE ${after} ${page}`,
  },
} as const satisfies Record<string, Kind>;

/** Every posting there is; `$1` is whoever asks, whose role the route has checked. */
export const journal: Kind = {
  columns: ['entry', 'place', 'reason', 'subject', 'corrects', 'account', 'currency', 'minor'],
  sql: `SELECT * FROM (SELECT j.at, j.id || '/' || lpad(p.place::text, 6, '0') AS key, j.id AS entry, p.place, j.reason, j.subject, j.corrects,
    p.account, p.currency, p.minor FROM market_journal j JOIN market_postings p ON p.entry = j.id WHERE $1::text IS NOT NULL) j WHERE ${after} ${page}`,
};

export type KindName = keyof typeof kinds;
export type Row = Readonly<Record<string, Cell>> & { readonly at: string; readonly key: string };

const PAGE = 2_000;
const MONEY = new Set(['held', 'captured', 'minor', 'tax', 'total']);

@Injectable()
export class Exports {
  constructor(private readonly database: DataSource) {}

  /** Rows in the order of time; `at` becomes an ISO instant, amounts the currency's own decimals. */
  async *of({ sql, columns }: Kind, participant: string, { from, until }: Span): AsyncGenerator<readonly Cell[]> {
    let [at, key] = ['-1', ''];
    for (;;) {
      const found = await rows<Row>(this.database.manager, sql, [participant, from, until, at, key, PAGE]);
      for (const row of found)
        yield [new Date(Number(row.at)).toISOString(), ...columns.map((name) => cell(row, name))];
      const last = found.at(-1);
      if (last === undefined || found.length < PAGE) return;
      [at, key] = [last.at, last.key];
    }
  }
}

function cell(row: Row, name: string): Cell {
  const value = row[name] ?? null;
  const currency = row['currency'];
  if (value === null || !MONEY.has(name) || typeof currency !== 'string') return value;
  return amountText({ minor: BigInt(value), currency });
}
