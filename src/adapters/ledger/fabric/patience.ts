// Doing a thing again, with pauses that double, until it works, is final, or has taken too long.

export interface Patience {
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * What `work` gives. After each failure `judge` hears the error and for how many milliseconds it has been tried: it throws
 * to end the matter, or returns and work is tried again.
 */
export async function untilDone<T>(
  { now, pause }: Patience,
  work: () => Promise<T>,
  judge: (error: unknown, triedMs: number) => void | Promise<void>,
): Promise<T> {
  const from = now();
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      await judge(error, now() - from);
    }
    await pause(wait);
  }
}
