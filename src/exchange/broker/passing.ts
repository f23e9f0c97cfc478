// Refusals of another program, or of the ledger before it, that another try may cure; everything else it says is its last word on these bytes.
export const passing: ReadonlySet<string> = new Set([
  'PEER_DOWN',
  'PEER_UNREADABLE',
  'TOKEN_EXPIRED',
  'SHUTTING_DOWN',
  'LEDGER_DOWN',
  'LEDGER_CONFLICT',
  'TOO_SLOW',
  'INTERNAL',
  'TOKEN_REFUSED',
  'DPOP_INVALID',
  'TOO_MANY_REQUESTS',
]);
