// Who asks for us: a desk that runs and holds the book, or this command with the book in its own hand.
import type { PartName } from '../../domain/receipts';
import type { Asking, ConfidentialAsking, Groups, GroupView, Ordered, Purchase } from '../../sdk';
import type { Session } from '../session';
import { BookAsker } from './by-book';
import { DeskAsker, runningDesk } from './by-desk';

export interface Asker {
  /** Written down and under way when it returns. */
  ask(asking: Asking | ConfidentialAsking): Promise<string>;
  /** Paid, written down and under way when it returns. Refuses what quote and order refuse. */
  buy(purchase: Purchase): Promise<Ordered>;
  /** What is known of a group by now. Refuses EXCHANGE_UNKNOWN. */
  one(group: string): Promise<GroupView>;
  list(limit: number): Promise<Groups>;
  evidence(xid: string, open: readonly PartName[] | 'everything'): Promise<Uint8Array>;
  /** Of a confidential question; saved when it was answered. Refuses NOT_ANCHORED_YET before. */
  confidentialEvidence(group: string, level: 'A' | 'B'): Promise<Uint8Array>;
  /** Sends on what is unanswered, anchors and fetches proofs, where nobody else does. */
  step(): Promise<void>;
  close(): Promise<void>;
}

/** A running desk where there is one, because it alone may write in the book; else the book itself. */
export async function openAsker(session: Session): Promise<Asker> {
  const desk = await runningDesk(session);
  return desk === undefined ? new BookAsker(session) : new DeskAsker(desk);
}
