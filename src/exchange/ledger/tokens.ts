// What the rooms of the exchange ask Nest for when they need the ledger or the operator's own keys.

/** The `Ledger` port, whichever adapter stands behind it. */
export const LEDGER = Symbol('ledger');
/** The operator's `LedgerSigner`: the exchange signs with no other key. */
export const OPERATOR = Symbol('operator');
/** The operator's whole keyring, for tokens of its own. */
export const OPERATOR_KEYS = Symbol('operator keys');
/** The TLS pair with which the exchange calls compute nodes. */
export const OPERATOR_TLS = Symbol('operator tls');
