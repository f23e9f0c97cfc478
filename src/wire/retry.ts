// Trying again: only what is safe to repeat, a bounded number of times, each pause longer than the last.
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../domain/refusals';

export interface Retry {
  /** Attempts in all; 1 means no second try. */
  readonly attempts: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const patient: Retry = { attempts: 8, firstPauseMs: 100, longestPauseMs: 2_000 };
const passing = new Set(['PEER_DOWN', 'TOKEN_EXPIRED', 'LEDGER_DOWN', 'SHUTTING_DOWN']);

/** The first result; a refusal that is not passing is final at once. */
export async function withRetries<T>(retry: Retry = patient, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1, pause = retry.firstPauseMs; ; attempt += 1, pause = Math.min(2 * pause, retry.longestPauseMs)) {
    try {
      return await act();
    } catch (error) {
      if (attempt >= retry.attempts || !(error instanceof Refusal) || !passing.has(error.code)) throw error;
      await sleep(pause);
    }
  }
}
