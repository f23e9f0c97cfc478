// The market as a participant sees it: prices, orders, subscriptions, offers, auctions, invoices, statements; one method a route.
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { hex, type Json, type JsonObject, sha256 } from '../../domain/canonical';
import type { Command } from '../../domain/ledger';
import type { Committed, Ledger } from '../../domain/ledger/port';
import { commitment } from '../../domain/market/negotiation';
import { signJws } from '../../domain/identity';
import { readMoney, type MoneyText } from '../../domain/market/money';
import { Refusal } from '../../domain/refusals';
import { type Client, type Keyring, ledgerSigner } from '../../wire';
import { say } from '../ledger';

export interface QuoteEntry {
  readonly id: string;
  readonly currency: string;
  /** Minor units as text. */
  readonly total: string;
  readonly hold: string;
  readonly amount: string;
  readonly rho: string;
  readonly validUntil: number;
  readonly lines: readonly {
    readonly type: string;
    readonly what: string;
    readonly quantity: string;
    readonly minor: string;
  }[];
}

export interface OrderEntry {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly agreement: string;
  readonly product: string;
  readonly currency: string;
  readonly held: string;
  readonly captured: string | null;
  readonly repeated: boolean;
  readonly reason: string | null;
  /** Null until the exchange has settled what the answer costs. */
  readonly answeredAt: number | null;
}

export interface Wanted {
  readonly product: string;
  readonly template: string;
  readonly parameters: JsonObject;
  readonly purpose: string;
}

export interface OfferEntry {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly agreement: string | null;
  readonly offers: readonly {
    readonly hash: string;
    readonly by: string;
    readonly minor: string;
    readonly validUntil: number;
  }[];
}

/** Price against half the width of the answer's interval. */
export interface Curve {
  readonly currency: string;
  readonly interval: string;
  readonly points: readonly { readonly rho: string; readonly minor: string; readonly halfWidth: string }[];
}

/** An invoice as kept; amounts are minor units as text. */
export interface InvoiceEntry {
  readonly state: string;
  readonly document: {
    readonly number: string;
    readonly total: string;
    readonly lines: readonly {
      readonly type: string;
      readonly text: { readonly en: string; readonly zh: string };
      readonly quantity: string;
      readonly minor: string;
    }[];
  };
}

export type IssuedInvoice = InvoiceEntry['document'] & {
  readonly seller: string;
  readonly buyer: string;
  readonly currency: string;
};

/** What a bidder must keep until the reveal; without the salt the deposit is lost. */
export interface SealedBid {
  readonly auction: string;
  readonly money: MoneyText;
  readonly salt: string;
}

const part = encodeURIComponent;

export class Market {
  constructor(
    private readonly exchange: Client,
    private readonly keys: Keyring,
  ) {}

  // Owners.
  register(document: unknown) {
    return this.post('products', document);
  }
  price(product: string, plan: unknown) {
    return this.put(`products/${part(product)}/plan`, plan);
  }
  share(product: string, rule: unknown) {
    return this.put(`products/${part(product)}/shares`, rule);
  }
  list(product: string) {
    return this.post(`products/${part(product)}/listing`);
  }
  suspend(product: string) {
    return this.post(`products/${part(product)}/suspension`);
  }
  withdraw(product: string) {
    return this.post(`products/${part(product)}/withdrawal`);
  }
  compliance(product: string) {
    return this.get(`products/${part(product)}/compliance`);
  }
  outlook(plan: unknown, assumed: { buyers: number; runsPerBuyer: number; rho: string }) {
    return this.post('plan-outlook', { plan, ...assumed });
  }

  // Everybody.
  products(filter: Readonly<Record<string, string>> = {}) {
    return this.get<{ items: readonly Json[] }>(`products?${new URLSearchParams(filter).toString()}`);
  }
  product(id: string) {
    return this.get(`products/${part(id)}`);
  }
  curve(product: string, options: Readonly<Record<string, string>> = {}) {
    return this.get<Curve>(`products/${part(product)}/curve?${new URLSearchParams(options).toString()}`);
  }
  rights(repository?: string) {
    return this.get<{ items: readonly Json[] }>(repository === undefined ? 'rights' : `rights/${part(repository)}`);
  }
  /** One of ours by its id. Refuses RIGHT_NOT_YOURS. */
  async right(id: string): Promise<{ version: number }> {
    const items = (await this.rights()).items as unknown as readonly { right: string; version: number }[];
    const found = items.find(({ right }) => right === id);
    if (found === undefined) throw new Refusal('RIGHT_NOT_YOURS', { right: id });
    return found;
  }
  /** What the ledger keeps of a contract. */
  contractHash(bytes: Uint8Array): string {
    return hex(sha256(bytes));
  }
  agreements() {
    return this.get<{ items: readonly Json[] }>('agreements');
  }
  balance() {
    return this.get<{ items: readonly { account: string; currency: string; minor: string; amount: string }[] }>(
      'balance',
    );
  }

  // Buyers.
  quote(wanted: Wanted): Promise<QuoteEntry> {
    return this.post('quotes', wanted);
  }
  /** Holds money, quota and rho for the exchange record `xid`; the same again is the same order. */
  order(xid: string, quote: string): Promise<OrderEntry> {
    return this.post('orders', { xid, quote });
  }
  oneOrder(id: string): Promise<OrderEntry> {
    return this.get(`orders/${part(id)}`);
  }
  orders() {
    return this.get<{ items: readonly OrderEntry[] }>('orders');
  }
  withdrawOrder(id: string): Promise<OrderEntry> {
    return this.post(`orders/${part(id)}/withdrawal`);
  }
  score(id: string, score: string): Promise<OrderEntry> {
    return this.post(`orders/${part(id)}/score`, { score });
  }
  certificate(id: string) {
    return this.get(`orders/${part(id)}/certificate`);
  }
  subscribe(product: string, zone: string, key = v7()): Promise<{ subscription: string; state: string }> {
    return this.post('subscriptions', { product, zone }, key);
  }
  changeSubscription(id: string, key = v7()) {
    return this.post(`subscriptions/${part(id)}/change`, {}, key);
  }
  cancelSubscription(id: string) {
    return this.post(`subscriptions/${part(id)}/cancellation`);
  }
  subscriptions() {
    return this.get<{ items: readonly Json[] }>('subscriptions');
  }

  // Bargaining.
  offer(product: string, money: MoneyText, seconds?: number): Promise<OfferEntry> {
    return this.post('offers', { product, money, ...(seconds === undefined ? {} : { seconds }) });
  }
  counter(id: string, answers: string, money: MoneyText): Promise<OfferEntry> {
    return this.post(`offers/${part(id)}/counter`, { answers, money });
  }
  accept(id: string, offer: string): Promise<OfferEntry> {
    return this.post(`offers/${part(id)}/acceptance`, { offer });
  }
  decline(id: string): Promise<OfferEntry> {
    return this.post(`offers/${part(id)}/decline`);
  }
  oneOffer(id: string): Promise<OfferEntry> {
    return this.get(`offers/${part(id)}`);
  }
  offers() {
    return this.get<{ items: readonly OfferEntry[] }>('offers');
  }

  // Auctions.
  openAuction(product: string, opensAt: number, closesAt: number): Promise<{ id: string; revealUntil: number }> {
    return this.post('auctions', { product, opensAt, closesAt });
  }
  auctions() {
    return this.get<{ items: readonly Json[] }>('auctions');
  }
  auction(id: string): Promise<{ state: string; awards: readonly { bidder: string; minor: string; state: string }[] }> {
    return this.get(`auctions/${part(id)}`);
  }
  deposit(id: string) {
    return this.post(`auctions/${part(id)}/deposit`);
  }
  bid(id: string, money: MoneyText) {
    return this.post(`auctions/${part(id)}/bids`, { money });
  }
  advanceAuction(
    id: string,
  ): Promise<{ state: string; awards: readonly { bidder: string; minor: string; state: string }[] }> {
    return this.post(`auctions/${part(id)}/advance`);
  }
  /**
   * Puts the commitment on the ledger under the bidder's own key, then tells the exchange. `keep` is called before either:
   * a commitment whose salt was lost cannot be opened, and costs the deposit.
   */
  async seal(
    id: string,
    money: MoneyText,
    ledger: Ledger,
    keep: (bid: SealedBid) => void = () => undefined,
  ): Promise<SealedBid> {
    const salt = randomBytes(32).toString('hex');
    const { minor, currency } = readMoney(money);
    const hash = commitment({ auction: id, bidder: this.keys.participant, minor, currency, salt });
    const bid = { auction: id, money, salt };
    keep(bid);
    await this.say(ledger, { type: 'RecordHash', stream: id, id: 'bid', hash: hash.slice(7) });
    await this.post(`auctions/${part(id)}/seals`);
    return bid;
  }
  reveal({ auction, money, salt }: SealedBid) {
    return this.post(`auctions/${part(auction)}/reveals`, { money, salt });
  }
  payAuction(id: string) {
    return this.post(`auctions/${part(id)}/payment`);
  }

  // Money.
  /** The operator's record of a payment; the same id again changes nothing. */
  recordPayment(payment: { id: string; buyer: string; money: MoneyText; expiresAt?: number; invoice?: string }) {
    return this.post('payments', payment);
  }
  payOut(owner: string, money: MoneyText, key = v7()) {
    return this.post('payouts', { owner, money }, key);
  }
  invoice(parties: { seller: string; buyer: string; currency: string; zone?: string }) {
    return this.post<IssuedInvoice>('invoices', parties);
  }
  invoices() {
    return this.get<{ items: readonly Json[] }>('invoices');
  }
  oneInvoice(seller: string, number: string): Promise<InvoiceEntry> {
    return this.get(`invoices/${part(seller)}/${part(number)}`);
  }
  /** The printable page, HTML. */
  async invoicePage(seller: string, number: string, language: 'en' | 'zh'): Promise<string> {
    const path = `/v1/market/invoices/${part(seller)}/${part(number)}/page?lang=${language}`;
    return (await this.exchange.send(path)).text();
  }
  statement(): Promise<{
    lines: readonly JsonObject[];
    totals: readonly { why: string; amount: string; currency: string }[];
  }> {
    return this.get('statement');
  }
  /** The auditor's two questions. */
  books(): Promise<{ zero: boolean; sums: readonly { currency: string; sum: string; postings: string }[] }> {
    return this.get('audit/books');
  }
  reconciliation(after?: string): Promise<{
    postings: number;
    final: number;
    waiting: number;
    unexplained: readonly string[];
    items: readonly JsonObject[];
    next: string | null;
  }> {
    return this.get(`audit/reconciliation${after === undefined ? '' : `?after=${part(after)}`}`);
  }
  /** Differential prices: how often each segment was used, for how much. */
  segments() {
    return this.get<{ items: readonly Json[] }>('audit/segments');
  }
  /** `orders`, `charges`, `invoices`, `payouts`, or for auditors `journal`; as `csv` or `json`. */
  async file(kind: string, format: string): Promise<Uint8Array> {
    const response = await this.exchange.send(`/v1/market/exports/${part(kind)}.${part(format)}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  // Valuation.
  /** Decimals go as text: our bodies carry no floats. */
  value(asked: unknown) {
    return this.post('valuations', decimalsAsText(asked));
  }
  /** Signs the appraisal with the receipt key and hands it in. */
  appraise(statement: { product: string } & Record<string, Json>) {
    const signed = signJws(
      'market-appraisal+jws',
      { ...statement, appraiser: this.keys.participant },
      this.keys.receipt,
    );
    return this.post(`products/${part(statement.product)}/appraisals`, { statement: signed });
  }

  /** One sentence to the ledger under our own key, such as RegisterRight. */
  say(ledger: Ledger, command: Command): Promise<Committed> {
    return say(ledger, command, ledgerSigner(this.keys));
  }

  private get<T = Json>(path: string): Promise<T> {
    return this.exchange.json<T>(`/v1/market/${path}`);
  }
  private put<T = Json>(path: string, json: unknown): Promise<T> {
    return this.exchange.json<T>(`/v1/market/${path}`, { method: 'PUT', json });
  }
  private post<T = Json>(path: string, json: unknown = {}, key?: string): Promise<T> {
    const headers = key === undefined ? {} : { headers: { 'idempotency-key': key } };
    return this.exchange.json<T>(`/v1/market/${path}`, { method: 'POST', json, ...headers });
  }
}

function decimalsAsText(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(15).replace(/0+$/, '');
  if (Array.isArray(value)) return value.map(decimalsAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, decimalsAsText(each)]));
}
