// Buying one answer from price to books: quote, order under an exchange id, request written down under it, then the question as usual.
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../domain/canonical';
import type { Opened } from '../../domain/receipts';
import type { Searcher } from '../asking/searcher';
import type { Market, OrderEntry, QuoteEntry } from './market';

export interface Bought {
  readonly quote: QuoteEntry;
  readonly xid: string;
  readonly opened: Opened;
  readonly order: OrderEntry;
}

export interface Buying {
  readonly product: string;
  readonly repository: string;
  readonly owner: string;
  readonly template: string;
  readonly permit: string;
  readonly purpose: string;
  readonly parameters: JsonObject;
  /** A quote that was looked at before; left out, a fresh one is asked for. */
  readonly quote?: string;
}

export interface Ordered {
  readonly xid: string;
  readonly group: string;
  readonly order: OrderEntry;
}

/**
 * Holds the price, then writes the question down under the order's exchange id; `searcher.settle(xid)` asks it. In this
 * order, because a question that is in the book is asked: stopped in between, the hold lapses and nothing was asked unpaid.
 * Refuses what quote and order refuse; then nothing is held and nothing is written.
 */
export async function place(
  market: Market,
  searcher: Searcher,
  { product, quote, ...question }: Buying,
): Promise<Ordered> {
  const { template, parameters, purpose } = question;
  const priced = quote ?? (await market.quote({ product, template, parameters, purpose })).id;
  const [xid, group] = [searcher.newId(), searcher.newId()];
  const order = await market.order(xid, priced);
  searcher.prepare(question, group, xid);
  return { xid, group, order };
}

/** Quote, order, question, answer, and what it cost in the end. Refuses what each of them refuses. */
export async function buy(market: Market, searcher: Searcher, { product, ...question }: Buying): Promise<Bought> {
  const { template, parameters, purpose } = question;
  const quote = await market.quote({ product, template, parameters, purpose });
  const { xid } = await place(market, searcher, { ...question, product, quote: quote.id });
  const opened = await searcher.settle(xid);
  return { quote, xid, opened, order: await settledOrder(market, xid) };
}

/** The answer may be read a moment before the exchange has charged for it. */
export async function settledOrder(market: Market, xid: string): Promise<OrderEntry> {
  for (let look = 0; ; look += 1) {
    const order = await market.oneOrder(xid);
    if (order.outcome !== null || order.answeredAt !== null || look === 50) return order;
    await pause(100);
  }
}
