// Which database failures mean "try the same bytes again", and which are bugs that must be heard.
import { Refusal } from '../../../domain/refusals';

/** Connection lost or refused, server stopping, out of room, deadlock: PostgreSQL error classes 08, 53, 57P and 40. */
const PASSING_STATE = /^(08|53|57P|40)/;
const PASSING_SYSTEM = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;
const PASSING_TEXT =
  /Connection terminated|not queryable|timeout exceeded when trying to connect|Driver not Connected/i;

/** The result, or LEDGER_DOWN where storage could not be reached. What a broken commit did is unknown: same bytes again. */
export async function orDown<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal) && isPassing(error)) throw new Refusal('LEDGER_DOWN');
    throw error;
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return PASSING_STATE.test(code) || PASSING_SYSTEM.test(code) || PASSING_TEXT.test(error.message);
}
