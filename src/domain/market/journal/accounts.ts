// The accounts of the journal, per currency. Which of them may go below zero is a column, not an if.

/** A balance is credits minus debits: what the exchange owes the account's owner. Only the outside world may owe us. */
export const accountKinds = {
  'buyer.available': { owned: true, negative: false },
  'buyer.held': { owned: true, negative: false },
  'owner.payable': { owned: true, negative: false },
  'privacy.compensation': { owned: true, negative: false },
  'newcomer.pool': { owned: false, negative: false },
  'platform.fee': { owned: false, negative: false },
  tax: { owned: false, negative: false },
  refund: { owned: false, negative: false },
  breakage: { owned: false, negative: false },
  'external.wash': { owned: false, negative: true },
} as const satisfies Readonly<Record<string, { owned: boolean; negative: boolean }>>;

export type AccountKind = keyof typeof accountKinds;

/** `buyer.available/acme`, `tax`: the account's key within one currency. */
export type Account = AccountKind | `${AccountKind}/${string}`;

/** The account's key; an owned kind without an owner (or the reverse) is a bug and throws TypeError. */
export function account(kind: AccountKind, owner?: string): Account {
  if (accountKinds[kind].owned !== (owner !== undefined)) throw new TypeError(`account ${kind} and its owner disagree`);
  return owner === undefined ? kind : `${kind}/${owner}`;
}

export function kindOf(key: Account): AccountKind {
  return key.split('/', 1)[0] as AccountKind;
}

export function mayBeNegative(key: Account): boolean {
  return accountKinds[kindOf(key)].negative;
}
