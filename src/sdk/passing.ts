// Refusals that say nothing about the question: it is sent again, and only what lasts longer than people wait is shown.
export const passing: ReadonlySet<string> = new Set([
  'PEER_DOWN',
  'PEER_UNREADABLE',
  'LEDGER_DOWN',
  'SHUTTING_DOWN',
  'STILL_WAITING',
  'TOO_SLOW',
  'TOO_MANY_REQUESTS',
  'TOKEN_REFUSED',
  'TOKEN_EXPIRED',
  'INTERNAL',
  'SEAL_WORKER_LOST',
]);
