// What a market verb works with, and the few habits all of them share.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Ledger } from '../../domain/ledger/port';
import type { MoneyText } from '../../domain/market/money';
import type { Asking } from './asking';
import { Market } from '../../sdk/market';
import { UsageError } from '../exits';
import type { Client, Keyring } from '../../wire';

export interface MarketContext {
  readonly exchange: Client;
  readonly keys: Keyring;
  readonly ledger: Ledger;
  readonly language: 'en' | 'zh';
  /** Shows a result: JSON under --json, else as people read it. */
  readonly print: (result: unknown) => void;
  /** The buyer's book and way to ask; only `order ask` needs it. */
  readonly asking?: () => Promise<Asking>;
}

export type Open = () => MarketContext | Promise<MarketContext>;

/** A verb's body becomes an action: opens the context, prints what comes back. */
export const act =
  <Given extends unknown[]>(
    open: Open,
    body: (market: Market, context: MarketContext, ...given: Given) => Promise<unknown>,
  ) =>
  async (...given: [...Given, Command]): Promise<void> => {
    const context = await open();
    const own = given.slice(0, -1) as unknown as Given;
    context.print(await body(new Market(context.exchange, context.keys), context, ...own));
  };

/** `12.50 CNY` or `12.50CNY`; what it means is checked by the exchange. */
export function moneyOf(text: string): MoneyText {
  const [, amount = '', currency = ''] = /^\s*(-?[\d.]+)\s*([A-Z]{3})\s*$/.exec(text) ?? [];
  if (amount === '')
    throw new UsageError(
      `Write an amount like "12.50 CNY", not "${text}".`,
      `金额请写成 "12.50 CNY"，而不是 "${text}"。`,
    );
  return { amount, currency };
}

/** Refuses as a usage error a file that is not there or not JSON. */
export function jsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    throw new UsageError(`The file ${file} is not readable JSON.`, `文件 ${file} 不是可读的 JSON。`);
  }
}
