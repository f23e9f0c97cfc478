// Exit codes that mean something; 10 to 30 belong to `verify` and name the check that failed.
export const exits = { OK: 0, REFUSED: 1, USAGE: 2, PEER_DOWN: 3, BUG: 70 } as const;

const peers: ReadonlySet<string> = new Set(['PEER_DOWN', 'LEDGER_DOWN', 'STILL_WAITING', 'SHUTTING_DOWN']);
const usages: ReadonlySet<string> = new Set(['KEYRING_UNREADABLE']);

/** The exit code of a refusal. */
export function exitOf(code: string): number {
  if (peers.has(code)) return exits.PEER_DOWN;
  return usages.has(code) ? exits.USAGE : exits.REFUSED;
}

/** The person at the keyboard has to say something else: both languages, because settings may not be known yet. */
export class UsageError extends Error {
  constructor(
    readonly en: string,
    readonly zh: string,
  ) {
    super(en);
    this.name = 'UsageError';
  }
}
