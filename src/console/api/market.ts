// The market's shapes and the desk's routes to it: everything a desk does there is done in its organisation's name.
import type { Page, Parameters, Words } from './types';

export interface Product {
  readonly id: string;
  readonly owner: string;
  readonly repository: string;
  readonly state: string;
  readonly document: {
    readonly title: Words;
    readonly description: Words;
    readonly templates: readonly string[];
    readonly purposes: readonly string[];
    readonly from: number;
    readonly until: number;
  };
  readonly planDocument: {
    readonly currency: string;
    readonly terms: { readonly model: string; readonly mechanism?: { readonly by: string }; readonly price?: unknown };
  } | null;
  /** The price in one sentence. */
  readonly words: Words | null;
  readonly runsLeft: string | null;
}

export interface ProductCheck {
  readonly check: string;
  readonly holds: boolean;
}

export interface CurvePoint {
  readonly rho: string;
  readonly minor: string;
  readonly halfWidth: string;
}

export interface Curve {
  readonly currency: string;
  readonly points: readonly CurvePoint[];
}

export interface Wanted {
  readonly product: string;
  readonly template: string;
  readonly parameters: Parameters;
  readonly purpose: string;
}

export interface Quote {
  readonly id: string;
  readonly currency: string;
  readonly amount: string;
  readonly total: string;
  /** Minor units as text. */
  readonly hold: string;
  readonly rho: string;
  readonly validUntil: number;
}

export interface Order {
  readonly id: string;
  readonly product: string;
  readonly buyer: string;
  readonly state: string;
  readonly currency: string;
  readonly held: string;
  readonly captured: string | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly createdAt: number;
  readonly answeredAt: number | null;
  /** Until when a score may be given; null where the plan asks for none. */
  readonly scoreUntil: number | null;
}

export interface Balance {
  readonly account: string;
  readonly currency: string;
  readonly amount: string;
}

export interface Subscription {
  readonly id: string;
  readonly product: string;
  readonly state: string;
  readonly ends?: number;
}

export interface Invoice {
  readonly seller: string;
  readonly number: string;
  readonly kind: string;
  readonly buyer: string;
  readonly currency: string;
  readonly total: string;
  readonly state: string;
}

export interface StatementLine {
  readonly subject: string;
  readonly why: string;
  readonly amount: string;
  readonly currency: string;
  readonly ruleVersion: number;
  readonly inputs: Readonly<Record<string, string>>;
  readonly at: number;
  readonly ledger: { readonly height: number } | null;
}

export interface Statement {
  readonly lines: readonly StatementLine[];
  readonly totals: readonly { readonly why: string; readonly amount: string; readonly currency: string }[];
}

export interface Offer {
  readonly id: string;
  readonly product: string;
  readonly buyer: string;
  readonly state: string;
  readonly reason: string | null;
  readonly currency: string;
  readonly offers: readonly { readonly hash: string; readonly by: string; readonly minor: string }[];
}

export interface DeskMarket {
  quote(wanted: Wanted): Promise<Quote>;
  /** Pays and asks; the answer comes under `group`. */
  buy(wanted: Wanted & { readonly quote: string }): Promise<{ readonly group: string }>;
  subscribe(product: string, zone: string, key: string): Promise<unknown>;
  offer(product: string, amount: string, currency: string): Promise<Offer>;
  accept(id: string, hash: string): Promise<Offer>;
  decline(id: string): Promise<Offer>;
  balance(): Promise<Page<Balance>>;
  orders(): Promise<Page<Order>>;
  score(order: string, score: string): Promise<Order>;
  subscriptions(): Promise<Page<Subscription>>;
  offers(): Promise<Page<Offer>>;
  invoices(): Promise<Page<Invoice>>;
  invoicePage(seller: string, number: string, zh: boolean): Promise<Blob>;
  statement(): Promise<Statement>;
}

interface Routes {
  get(path: string): Promise<Response>;
  post(path: string, body?: unknown, key?: string): Promise<Response>;
}

const name = encodeURIComponent;

export function marketOf({ get, post }: Routes): DeskMarket {
  const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;
  const read = <T>(path: string): Promise<T> => json(get(`/market/${path}`));
  const act = <T>(path: string, body?: unknown, key?: string): Promise<T> => json(post(`/market/${path}`, body, key));
  return {
    quote: (wanted) => act('quotes', wanted),
    buy: (wanted) => json(post('/purchases', wanted)),
    subscribe: (product, zone, key) => act('subscriptions', { product, zone }, key),
    offer: (product, amount, currency) => act('offers', { product, money: { amount, currency } }),
    accept: (id, offer) => act(`offers/${name(id)}/acceptance`, { offer }),
    decline: (id) => act(`offers/${name(id)}/decline`, {}),
    balance: () => read('balance'),
    orders: () => read('orders'),
    score: (order, score) => act(`orders/${name(order)}/score`, { score }),
    subscriptions: () => read('subscriptions'),
    offers: () => read('offers'),
    invoices: () => read('invoices'),
    invoicePage: async (seller, number, zh) =>
      (await get(`/market/invoices/${name(seller)}/${name(number)}/page?lang=${zh ? 'zh' : 'en'}`)).blob(),
    statement: () => read('statement'),
  };
}
