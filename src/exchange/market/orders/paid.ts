// What the broker asks the market: may this question be relayed, and what became of it. The broker knows no prices.
import type { Request } from '../../../domain/receipts';
import type { Tx } from '../store/sql';

export interface PaidQuestions {
  /** In the transaction that keeps the request: its order starts to run. Refuses ORDER_MISSING, ORDER_ENDED, QUOTE_FOREIGN, QUOTE_OTHER_QUESTION. */
  admit(tx: Tx, request: Request): Promise<void>;
  /** Before the question leaves for the data end: its order's agreement stands on the ledger. Refuses LEDGER_DOWN: try again later. */
  agreed(xid: string): Promise<void>;
  /** After the data end spoke, or would not: captures or voids. Safe to call again; the sweeper does. */
  settle(xid: string): Promise<void>;
  /** The receipt became final, in this batch of the searcher's own tree. */
  proven(xid: string, seq: number): Promise<void>;
}

export const PAID = Symbol('paid questions');
