// Any of the market's answers as people read them: lists as tables, one thing as facts, money in the currency's own decimals.
import { amountText } from '../../domain/market/money';
import type { Curve, IssuedInvoice, OrderEntry } from '../../sdk';
import type { Session } from '../session';
import type { Show } from '../show/show';

type Fields = Readonly<Record<string, unknown>>;

const COLUMNS = 6;
const WIDEST = 44;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

export function shown(show: Show, value: unknown): void {
  if (isFields(value) && Array.isArray(value['items'])) {
    const beside = Object.entries(value).filter(([, each]) => isPlain(each) && each !== null);
    if (beside.length > 0) facts(show, Object.fromEntries(beside));
    return listed(show, value['items'].filter(isFields));
  }
  if (!isFields(value)) return show.line(JSON.stringify(value, null, 2));
  const plain = Object.entries(value).filter(([, each]) => isPlain(each));
  if (plain.length > 0) facts(show, Object.fromEntries(plain));
  for (const [name, each] of Object.entries(value)) {
    if (isPlain(each)) continue;
    show.line();
    show.title(name);
    if (Array.isArray(each) && each.length > 0 && each.every(isFields)) listed(show, each);
    else show.line(JSON.stringify(each, null, 2));
  }
}

/** Hashes are for programs: nobody reads them in a table. */
const isHash = (value: unknown): boolean => typeof value === 'string' && value.startsWith('sha256:');

export function facts(show: Show, fields: Fields): void {
  show.facts(Object.entries(fields).map(([name, each]) => [name, textOf(each, name)]));
}

/** The first plain columns; the whole is in --json. */
function listed(show: Show, items: readonly Fields[]): void {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))].filter((name) =>
    items.every((item) => isPlain(item[name] ?? null) && !isHash(item[name])),
  );
  const columns = names.slice(0, COLUMNS);
  show.table(
    columns,
    items.map((item) => columns.map((name) => shortened(textOf(item[name], name)))),
  );
}

/** `12.50 CNY` of minor units. */
export const amountOf = (minor: string, currency: string): string =>
  `${amountText({ minor: BigInt(minor), currency })} ${currency}`;

const INSTANTS = /(?:^|[a-z])(?:at|At|until|Until|validUntil|starts|ends|start|end|from)$/;
/** A number this large under the name of an instant is one: ms since 1970. */
const AN_INSTANT = 1e11;

function textOf(value: unknown, name = ''): string {
  if (typeof value === 'string')
    return INSTANTS.test(name) && /^\d{12,13}$/.test(value) ? whenOf(Number(value)) : value;
  if (typeof value === 'number') return INSTANTS.test(name) && value > AN_INSTANT ? whenOf(value) : String(value);
  return typeof value === 'boolean' ? String(value) : '';
}

/** The local minute, or the far future as such. */
const whenOf = (at: number): string =>
  at > 8e15 ? '∞' : new Date(at).toISOString().replace('T', ' ').slice(0, 16) + 'Z';

const shortened = (text: string): string => (text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text);

interface Product {
  readonly id: string;
  readonly owner: string;
  readonly state: string;
  readonly runsLeft: string | null;
  readonly words: { readonly en: string; readonly zh: string } | null;
  readonly document: { readonly title: { readonly en: string; readonly zh: string } };
}

export function products({ show }: Session, { items }: { readonly items: readonly unknown[] }): void {
  show.table(
    ['product', 'title', 'owner', 'price', 'left', 'state'],
    (items as readonly Product[]).map(({ id, owner, state, runsLeft, words, document }) => [
      id,
      show.say(document.title),
      owner,
      words === null ? '' : show.say(words),
      runsLeft ?? '∞',
      state,
    ]),
  );
}

export function orders({ show }: Session, { items }: { readonly items: readonly OrderEntry[] }): void {
  show.table(
    ['order', 'product', 'state', 'held', 'paid', 'why'],
    items.map(({ id, product, state, currency, held, captured, reason, outcome }) => [
      id,
      product,
      state,
      amountOf(held, currency),
      captured === null ? '' : amountOf(captured, currency),
      reason ?? outcome ?? '',
    ]),
  );
}

export function curve({ show }: Session, { currency, interval, points }: Curve): void {
  show.table(
    ['rho', 'price', `± (${interval})`],
    points.map(({ rho, minor, halfWidth }) => [rho, amountOf(minor, currency), halfWidth]),
  );
}

interface InvoiceLine {
  readonly seller: string;
  readonly number: string;
  readonly kind: string;
  readonly buyer: string;
  readonly currency: string;
  readonly total: string;
  readonly state: string;
}

export function invoices({ show }: Session, { items }: { readonly items: readonly unknown[] }): void {
  show.table(
    ['invoice', '', 'buyer', 'total', 'state'],
    (items as readonly InvoiceLine[]).map(({ seller, number, kind, buyer, currency, total, state }) => [
      `${seller}/${number}`,
      kind,
      buyer,
      amountOf(total, currency),
      state,
    ]),
  );
}

/** An invoice's lines as they stand on paper. */
export function invoice({ show }: Session, { number, seller, buyer, currency, total, lines }: IssuedInvoice): void {
  facts(show, { invoice: `${seller}/${number}`, buyer, total: amountOf(total, currency) });
  show.table(
    ['', 'for', 'quantity', 'amount'],
    lines.map(({ type, text, quantity, minor }) => [type, show.say(text), quantity, amountOf(minor, currency)]),
  );
}

interface Statement {
  readonly lines: readonly Fields[];
  readonly totals: readonly { readonly why: string; readonly amount: string; readonly currency: string }[];
}

/** Every payout line with its rule, what it follows from, and the ledger height that proves it. */
export function statement({ show }: Session, { lines, totals }: Statement): void {
  show.table(
    ['for', 'why', 'amount', 'rule version', 'follows from', 'ledger height'],
    lines.map((line) => {
      const ledger = line['ledger'] as { height: number } | null;
      const inputs = Object.entries(line['inputs'] as Record<string, string>).map(([name, each]) => `${name} ${each}`);
      return [
        textOf(line['subject']),
        textOf(line['why']),
        `${textOf(line['amount'])} ${textOf(line['currency'])}`,
        textOf(line['ruleVersion']),
        inputs.join(', '),
        ledger === null ? '' : String(ledger.height),
      ];
    }),
  );
  for (const { why, amount, currency } of totals) show.line(`${why}: ${amount} ${currency}`);
}
