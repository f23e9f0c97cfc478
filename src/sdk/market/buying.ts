// Buying one answer from price to books: quote, request written down, order under its exchange id, then the question as usual.
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
}

/**
 * The request is in the book before the order is placed: after a crash anywhere, `searcher.settle(xid)` goes on and the
 * order is the same one. Refuses what quote, order and question refuse; then nothing is charged.
 */
export async function buy(market: Market, searcher: Searcher, { product, ...question }: Buying): Promise<Bought> {
  const { template, parameters, purpose } = question;
  const quote = await market.quote({ product, template, parameters, purpose });
  const xid = searcher.prepare(question);
  await market.order(xid, quote.id);
  const opened = await searcher.settle(xid);
  return { quote, xid, opened, order: await settledOrder(market, xid) };
}

/** The answer may be read a moment before the exchange has charged for it. */
async function settledOrder(market: Market, xid: string): Promise<OrderEntry> {
  for (let look = 0; ; look += 1) {
    const order = await market.oneOrder(xid);
    if (order.outcome !== null || order.answeredAt !== null || look === 50) return order;
    await pause(100);
  }
}
