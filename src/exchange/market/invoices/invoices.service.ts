// Invoices over charges that were captured: gap-free numbers, tax shown, credit notes with the refund in the same transaction.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { moveDunning, nextStep, type DunningState } from '../../../domain/market/dunning';
import { account, refunded } from '../../../domain/market/journal';
import {
  creditNote,
  invoice,
  invoiceHtml,
  type Invoice,
  type InvoiceDraft,
  type InvoiceLine,
  type Language,
  nextNumber,
} from '../../../domain/market/invoices';
import { amountText, readMoney, type MoneyText } from '../../../domain/market/money';
import { asJson } from '../../../domain/market/prices';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import type { Keyring } from '../../../wire';
import { OPERATOR_KEYS } from '../../ledger/tokens';
import { record } from '../books/journal';
import { once } from '../store/once';
import { first, inTransaction, rows, type Tx } from '../store/sql';
import type { Chore } from '../sweeper/chore';
import { wordsFor } from './words';

const DUE_MS = 14 * 86_400_000;

export interface Wanted {
  readonly seller: string;
  readonly buyer: string;
  readonly currency: string;
  /** Charges in [from, until), ms UTC. */
  readonly from: number;
  readonly until: number;
  readonly zone: string;
}

interface Charge {
  readonly id: string;
  readonly type: InvoiceLine['type'];
  readonly what: string;
  readonly quantity: string;
  readonly minor: string;
  readonly tax: string;
}

export interface InvoiceRow {
  readonly document: Invoice;
  readonly state: DunningState;
  readonly zone: string;
}

@Injectable()
export class Invoices implements Chore {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(OPERATOR_KEYS) private readonly operator: Keyring,
  ) {}

  /** One invoice over every charge of the span that has none yet; paid already, as all charges are prepaid. Refuses INVOICE_EMPTY, INVOICE_NEGATIVE. */
  async issue(wanted: Wanted): Promise<Invoice> {
    return inTransaction(this.database, async (tx) => {
      const { seller, buyer, currency, from, until, zone } = wanted;
      const now = this.clock.now();
      const number = await takeNumber(tx, seller, now);
      const charges = await rows<Charge>(
        tx,
        `SELECT id, type, what, quantity, minor, tax FROM market_charges WHERE seller = $1 AND buyer = $2 AND currency = $3
         AND at >= $4 AND at < $5 AND invoice IS NULL ORDER BY at, id FOR UPDATE`,
        [seller, buyer, currency, from, until],
      );
      const lines = [...charges.map(lineOf), ...taxShown(charges, currency)];
      if (charges.length === 0) throw new Refusal('INVOICE_EMPTY', { number });
      const made = invoice({
        number,
        seller,
        buyer,
        currency,
        period: { start: from, end: until },
        issuedAt: now,
        dueAt: now + DUE_MS,
        lines,
      });
      await keep(tx, made, 'PAID', zone);
      await tx.query('UPDATE market_charges SET invoice = $2 WHERE id = ANY($1::text[])', [
        charges.map(({ id }) => id),
        number,
      ]);
      return made;
    });
  }

  /** Asks for prepaid credit on paper: an invoice of the operator that waits for its payment, reminded of day by day. Refuses INVOICE_NEGATIVE. */
  async requestCredit(buyer: string, money: MoneyText, zone: string, key: string): Promise<Invoice> {
    const { minor, currency } = readMoney(money);
    const now = this.clock.now();
    const seller = this.operator.participant;
    if (minor <= 0n) throw new Refusal('INVOICE_NEGATIVE', { buyer });
    return inTransaction(this.database, (tx) =>
      once(tx, { participant: buyer, key, request: { credit: money }, now }, async () => {
        const number = await takeNumber(tx, seller, now);
        const text = { en: 'Prepaid credit', zh: '预付额度' };
        const lines: InvoiceLine[] = [{ text, type: 'FIXED', quantity: 1n, minor, taxBp: 0 }];
        const span = { period: { start: now, end: now }, issuedAt: now, dueAt: now + DUE_MS };
        const made = invoice({ number, seller, buyer, currency, lines, ...span });
        await keep(tx, made, 'DUE', zone);
        return made;
      }),
    );
  }

  /** A part of an invoice comes back: note, refund and its entry together, once per key. Refuses CREDIT_TOO_LARGE, CURRENCY_MISMATCH, REFUND_TOO_LARGE. */
  async credit(
    of: { seller: string; number: string; money: MoneyText; reason: string },
    key: string,
  ): Promise<Invoice> {
    const { seller, number } = of;
    const now = this.clock.now();
    return inTransaction(this.database, (tx) =>
      once(tx, { participant: seller, key, request: { credit: of }, now }, async () => {
        const { document: original, zone } = await invoiceOf(tx, seller, number, 'FOR UPDATE');
        const { minor, currency } = readMoney(of.money);
        if (currency !== original.currency)
          throw new Refusal('CURRENCY_MISMATCH', { expected: original.currency, given: currency });
        const { buyer, period } = original;
        const lines: InvoiceLine[] = [
          { text: { en: of.reason, zh: of.reason }, type: 'REFUND', quantity: 1n, minor, taxBp: 0 },
        ];
        const draft: InvoiceDraft = {
          number: await takeNumber(tx, seller, now),
          seller,
          buyer,
          currency,
          period,
          issuedAt: now,
          dueAt: now,
          lines,
        };
        const made = creditNote(original, await notesOf(tx, seller, number), draft);
        await keep(tx, made, 'PAID', zone);
        await this.refund(tx, made, now);
        return made;
      }),
    );
  }

  async one(seller: string, number: string, by: string): Promise<InvoiceRow> {
    const row = await invoiceOf(this.database.manager, seller, number);
    if (row.document.buyer !== by && seller !== by) throw new Refusal('INVOICE_UNKNOWN', { number });
    return row;
  }

  async html(seller: string, number: string, by: string, language: Language): Promise<string> {
    const { document, zone } = await this.one(seller, number, by);
    return invoiceHtml(document, language, zone);
  }

  async list(by: string) {
    return rows(
      this.database.manager,
      `SELECT seller, number, kind, buyer, currency, total, issued_at AS "issuedAt", due_at AS "dueAt", state, credits, id
       FROM market_invoices WHERE $1 IN (seller, buyer) ORDER BY issued_at DESC, number DESC LIMIT 200`,
      [by],
    );
  }

  /** Reminders, warnings and the rest, one step at a time, for invoices that wait for money. */
  async sweep(): Promise<void> {
    const now = this.clock.now();
    const open = await rows<{ seller: string; number: string; state: DunningState; due_at: string }>(
      this.database.manager,
      `SELECT seller, number, state, due_at FROM market_invoices WHERE state NOT IN ('PAID', 'VOIDED', 'WRITTEN_OFF') AND due_at < $1 LIMIT 100`,
      [now],
    );
    for (const { seller, number, state, due_at } of open) {
      const next = nextStep(state, Number(due_at), now);
      if (next === undefined) continue;
      await this.database.query(
        'UPDATE market_invoices SET state = $4 WHERE seller = $1 AND number = $2 AND state = $3',
        [seller, number, state, moveDunning(state, next)],
      );
    }
  }

  /** The seller gives it back from what it has not been paid out yet. */
  private async refund(tx: Tx, made: Invoice, now: number): Promise<void> {
    const { seller, buyer, currency, total, number } = made;
    const from = [{ account: account('owner.payable', seller), minor: total }];
    const subject = `invoice:${seller}/${number}`;
    try {
      await record(tx, refunded({ id: `${subject}.refund`, at: now, subject }, buyer, currency, from));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'BALANCE_TOO_LOW')
        throw new Refusal('REFUND_TOO_LARGE', { number });
      throw error;
    }
  }
}

const lineOf = ({ type, what, quantity, minor }: Charge): InvoiceLine => ({
  text: wordsFor(what),
  type,
  quantity: BigInt(quantity),
  minor: BigInt(minor),
  taxBp: 0,
});

/** Prices include tax, worked out at each capture; the invoice says how much of it there is. */
function taxShown(charges: readonly Charge[], currency: string): InvoiceLine[] {
  const tax = charges.reduce((sum, charge) => sum + BigInt(charge.tax), 0n);
  if (tax === 0n) return [];
  const amount = `${amountText({ minor: tax, currency })} ${currency}`;
  const text = { en: `Tax included in the prices above: ${amount}`, zh: `以上价格已含税额：${amount}` };
  return [{ text, type: 'INCLUDED', quantity: 1n, minor: 0n, taxBp: 0 }];
}

/** The next number, its row locked until the invoice stands: a rollback gives the number back, so there is no gap. */
async function takeNumber(tx: Tx, seller: string, now: number): Promise<string> {
  const year = new Date(now).getUTCFullYear();
  await tx.query(`INSERT INTO market_counters (seller, year, last) VALUES ($1, $2, '') ON CONFLICT DO NOTHING`, [
    seller,
    year,
  ]);
  const row = await first<{ last: string }>(
    tx,
    'SELECT last FROM market_counters WHERE seller = $1 AND year = $2 FOR UPDATE',
    [seller, year],
  );
  const number = nextNumber(year, row?.last === undefined || row.last === '' ? null : row.last);
  await tx.query('UPDATE market_counters SET last = $3 WHERE seller = $1 AND year = $2', [seller, year, number]);
  return number;
}

const keep = (tx: Tx, made: Invoice, state: DunningState, zone: string) =>
  tx.query(
    `INSERT INTO market_invoices (seller, number, id, kind, buyer, currency, total, document, issued_at, due_at, state, credits, zone)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      made.seller,
      made.number,
      made.id,
      made.kind,
      made.buyer,
      made.currency,
      String(made.total),
      asJson(made),
      made.issuedAt,
      made.dueAt,
      state,
      made.credits,
      zone,
    ],
  );

/** Refuses INVOICE_UNKNOWN. */
async function invoiceOf(tx: Tx, seller: string, number: string, lock: '' | 'FOR UPDATE' = ''): Promise<InvoiceRow> {
  const row = await first<{ document: Written; state: DunningState; zone: string }>(
    tx,
    `SELECT document, state, zone FROM market_invoices WHERE seller = $1 AND number = $2 ${lock}`,
    [seller, number],
  );
  if (row === undefined) throw new Refusal('INVOICE_UNKNOWN', { number });
  return { ...row, document: readInvoice(row.document) };
}

async function notesOf(tx: Tx, seller: string, number: string): Promise<Invoice[]> {
  const found = await rows<{ document: Written }>(
    tx,
    'SELECT document FROM market_invoices WHERE seller = $1 AND credits = $2',
    [seller, number],
  );
  return found.map(({ document }) => readInvoice(document));
}

type Texts<T> = { readonly [K in keyof T]: T[K] extends bigint ? string : T[K] };
type Written = Omit<Invoice, 'lines' | 'taxes' | 'net' | 'total'> & {
  readonly lines: readonly Texts<InvoiceLine>[];
  readonly taxes: readonly Texts<Invoice['taxes'][number]>[];
  readonly net: string;
  readonly total: string;
};

const readInvoice = (it: Written): Invoice => ({
  ...it,
  lines: it.lines.map((line) => ({ ...line, quantity: BigInt(line.quantity), minor: BigInt(line.minor) })),
  taxes: it.taxes.map(({ taxBp, net, tax }) => ({ taxBp, net: BigInt(net), tax: BigInt(tax) })),
  net: BigInt(it.net),
  total: BigInt(it.total),
});
