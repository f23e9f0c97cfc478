// What a verifier says about an evidence bundle: one number for each way it can fail (design: receipts).

export const exitCodes = {
  GOOD: 0,
  NOT_CANONICAL: 10,
  PART: 11,
  COMMON_HASH: 12,
  SEARCHER_SIGNATURE: 13,
  OWNER_SIGNATURE: 14,
  CERTIFICATE: 15,
  SEARCHER_INCLUSION: 16,
  OWNER_INCLUSION: 17,
  HEAD: 18,
  REMEMBERED_HEAD: 19,
  TEMPLATE: 20,
  PERMIT: 21,
  TIME: 22,
  /** The ledger's proof shows only that an entry was ordered, not that it took effect. */
  ORDERED: 23,
  /** Peers that were asked say otherwise. */
  PEERS: 24,
  UNKNOWN_VERSION: 30,
} as const;

export type CheckName = Exclude<keyof typeof exitCodes, 'GOOD'>;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Check {
  readonly code: ExitCode;
  readonly name: CheckName;
  readonly holds: boolean;
  /** What failed, or what could not be looked at because its part is closed: ids, fields and codes only. */
  readonly note?: string;
}

export interface Verdict {
  /** Process exit code: 0, or the code of the first check that failed. */
  readonly code: ExitCode;
  /** In the order they were made, up to and including the first that failed. */
  readonly checks: readonly Check[];
}
