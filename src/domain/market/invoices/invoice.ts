// An invoice is a document: numbered without gaps, taxed by line group, corrected only by a credit note.
import { contentId, type ContentId } from '../../canonical';
import { Refusal } from '../../refusals';
import { moneyText, rational, roundHalfEven, type MoneyText } from '../money';

export interface InvoiceLine {
  readonly text: { readonly en: string; readonly zh: string };
  readonly type: 'TRIAL' | 'FIXED' | 'GRACE' | 'VARIABLE' | 'CAP_REACHED' | 'CREDIT' | 'REFUND' | 'INCLUDED';
  readonly quantity: bigint;
  /** Net of tax; negative for credits. */
  readonly minor: bigint;
  readonly taxBp: number;
}

export interface TaxLine {
  readonly taxBp: number;
  readonly net: bigint;
  readonly tax: bigint;
}

export interface Invoice {
  readonly id: ContentId;
  readonly kind: 'invoice' | 'credit-note';
  /** `2026-000001`: per seller and year, without gaps. */
  readonly number: string;
  readonly seller: string;
  readonly buyer: string;
  readonly currency: string;
  readonly period: { readonly start: number; readonly end: number };
  readonly issuedAt: number;
  readonly dueAt: number;
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly TaxLine[];
  readonly net: bigint;
  readonly total: bigint;
  /** The invoice a credit note corrects. */
  readonly credits: string | null;
}

export type InvoiceDraft = Omit<Invoice, 'id' | 'kind' | 'taxes' | 'net' | 'total' | 'credits'>;

/** The number after `last` (null for the first of a year). The store takes it and the insert in one transaction. */
export function nextNumber(year: number, last: string | null): string {
  const counter = last?.startsWith(`${String(year)}-`) === true ? Number(last.slice(5)) : 0;
  return `${String(year)}-${String(counter + 1).padStart(6, '0')}`;
}

/** First number that is missing or repeated among one year's numbers, or undefined when there is no gap. */
export function gapIn(year: number, numbers: readonly string[]): string | undefined {
  let last: string | null = null;
  for (const number of [...numbers].sort()) {
    const expected: string = nextNumber(year, last);
    if (number !== expected) return expected;
    last = number;
  }
  return undefined;
}

/** Sums, one tax line a rate (rounded half to even on the rate's net sum), content id. Refuses INVOICE_EMPTY, INVOICE_NEGATIVE. */
export function invoice(draft: InvoiceDraft): Invoice {
  const made = document(draft, 'invoice', null);
  if (made.total < 0n) throw new Refusal('INVOICE_NEGATIVE', { number: draft.number });
  return made;
}

/**
 * A credit note over parts of an invoice, amounts positive. Refuses CREDIT_TOO_LARGE when it and the notes before it
 * pass the invoice's net or tax, CREDIT_FOREIGN for another buyer or currency.
 */
export function creditNote(original: Invoice, earlier: readonly Invoice[], draft: InvoiceDraft): Invoice {
  const same =
    draft.buyer === original.buyer && draft.seller === original.seller && draft.currency === original.currency;
  if (!same) throw new Refusal('CREDIT_FOREIGN', { number: original.number });
  const made = document(draft, 'credit-note', original.number);
  const credited = earlier
    .filter((note) => note.credits === original.number)
    .reduce((sum, note) => sum + note.total, made.total);
  if (made.total <= 0n || credited > original.total) throw new Refusal('CREDIT_TOO_LARGE', { number: original.number });
  return made;
}

/** Total as JSON money. */
export function totalOf(made: Invoice): MoneyText {
  return moneyText({ minor: made.total, currency: made.currency });
}

function document(draft: InvoiceDraft, kind: Invoice['kind'], credits: string | null): Invoice {
  if (draft.lines.length === 0) throw new Refusal('INVOICE_EMPTY', { number: draft.number });
  const rates = [...new Set(draft.lines.map((line) => line.taxBp))].sort((a, b) => a - b);
  const taxes = rates.map((taxBp) => {
    const net = sum(draft.lines.filter((line) => line.taxBp === taxBp).map((line) => line.minor));
    return { taxBp, net, tax: roundHalfEven(rational(net * BigInt(taxBp), 10_000n)) };
  });
  const net = sum(taxes.map((each) => each.net));
  const body = { ...draft, kind, credits, taxes, net, total: net + sum(taxes.map((each) => each.tax)) };
  return { id: contentId('aggregora/invoice/1', canonical(body)), ...body };
}

function canonical(body: Omit<Invoice, 'id'>) {
  return {
    ...body,
    lines: body.lines.map((line) => ({ ...line, quantity: String(line.quantity), minor: String(line.minor) })),
    taxes: body.taxes.map((each) => ({ taxBp: each.taxBp, net: String(each.net), tax: String(each.tax) })),
    net: String(body.net),
    total: String(body.total),
  };
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, each) => total + each, 0n);
}
