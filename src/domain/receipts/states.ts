// The life of a receipt, on one screen.
import { Refusal } from '../refusals';

/** From each state, the states that may follow. The upper five are the good road; the others are side states. */
export const receiptMoves = {
  REQUESTED: ['ANSWERED', 'REFUSED', 'NO_ANSWER'],
  ANSWERED: ['ACKED', 'MISMATCH', 'NO_ACK'],
  ACKED: ['ANCHORED', 'LATE'],
  ANCHORED: ['FINAL', 'LATE', 'DISPUTED'],
  FINAL: ['ERASED'],
  // A refusal is an answer too: it is acknowledged and anchored like any other.
  REFUSED: ['ACKED', 'MISMATCH', 'NO_ACK'],
  NO_ANSWER: ['ANSWERED', 'REFUSED', 'DISPUTED'],
  NO_ACK: ['ACKED', 'MISMATCH', 'DISPUTED'],
  MISMATCH: ['DISPUTED'],
  LATE: ['ANCHORED', 'FINAL', 'DISPUTED'],
  DISPUTED: ['RESOLVED', 'DEFAULTED'],
  RESOLVED: ['FINAL', 'ERASED'],
  DEFAULTED: ['ERASED'],
  ERASED: [],
} as const;

export type ReceiptState = keyof typeof receiptMoves;

/** True when `to` may follow `from`. */
export function mayMove(from: ReceiptState, to: ReceiptState): boolean {
  return (receiptMoves[from] as readonly ReceiptState[]).includes(to);
}

/** `to`, if it may follow `from`; refuses RECEIPT_MOVE otherwise. */
export function moveReceipt(from: ReceiptState, to: ReceiptState): ReceiptState {
  if (!mayMove(from, to)) throw new Refusal('RECEIPT_MOVE', { from, to });
  return to;
}

/** Most answers a data end leaves unacknowledged before it stops serving that searcher. */
export const CREDIT_WINDOW = 16;

/** Refuses CREDIT_SPENT when a searcher owes more than 16 acknowledgements. */
export function mustHaveCredit(unacknowledged: number): void {
  if (unacknowledged > CREDIT_WINDOW) throw new Refusal('CREDIT_SPENT', { unacknowledged, most: CREDIT_WINDOW });
}
