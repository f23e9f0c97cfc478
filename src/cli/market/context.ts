// What a market verb works with, and the few habits all of them share.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { MoneyText } from '../../domain/market/money';
import { Market } from '../../sdk';
import { UsageError } from '../exits';
import type { Session } from '../session';
import { shown } from './shown';

export type Open = () => Session;

/** A verb's body becomes an action: opens the session, shows what comes back; `people` says it better than field by field. */
export const act =
  <Given extends unknown[], Result>(
    open: Open,
    body: (market: Market, session: Session, ...given: Given) => Promise<Result>,
    people: (session: Session, result: Result) => void = ({ show }, result) => shown(show, result),
  ) =>
  async (...given: [...Given, Command]): Promise<void> => {
    const session = open();
    const own = given.slice(0, -1) as unknown as Given;
    try {
      const result = await body(new Market(session.signedIn, session.keys), session, ...own);
      session.show.result(result, () => people(session, result));
    } finally {
      await session.close();
    }
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

/** An ISO instant as ms since 1970, or a usage error. */
export function instantOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new UsageError(
      `Write an instant like 2026-03-01T08:00:00Z, not "${text}".`,
      `时间请写成 2026-03-01T08:00:00Z，而不是 "${text}"。`,
    );
  return at;
}
