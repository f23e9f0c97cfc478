// Blocks of the embedded ledger: a header that commits to what came before and to every transaction's outcome.
import { z } from 'zod';
import { b64u, canonicalBytes, hex, readCanonical, sha256, type JsonObject } from '../canonical';
import { leafHash, rootOf } from '../merkle';
import type { Verdict } from './judge';
import { Count, Hash, Thumbprint } from './shapes';
import type { Write } from './state';

export const Header = z.strictObject({
  v: z.literal(1),
  /** Hash of the first header; 64 zeros in the first itself. */
  chain: Hash,
  height: Count,
  previous: Hash,
  count: Count,
  /** RFC 9162 root over the outcomes. */
  root: Hash,
  /** x5t#S256 of the operator's certificate that signs this header. */
  operator: Thumbprint,
});
export type Header = z.infer<typeof Header>;

/** What a block says of one transaction; its canonical bytes are the leaf. */
export const Outcome = z.strictObject({
  id: Hash,
  signature: z.string(),
  code: z.string(),
  writes: z.array(z.strictObject({ key: z.string(), hash: Hash })),
});
export type Outcome = z.infer<typeof Outcome>;

export interface BlockTransaction {
  readonly id: string;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  readonly verdict: Verdict;
  readonly by: string;
}

export interface SignedHeader {
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Block extends SignedHeader {
  readonly transactions: readonly BlockTransaction[];
}

export const headerBytes = (header: Header): Uint8Array => canonicalBytes(header);
export const readHeader = (bytes: Uint8Array): Header => Header.parse(readCanonical(bytes));
export const headerHash = (bytes: Uint8Array): string => hex(sha256(bytes));
/** Hex SHA-256 of a value's canonical bytes. */
export const valueHash = (value: JsonObject): string => hex(sha256(canonicalBytes(value)));

export function outcomeOf({ id, signature, verdict }: Omit<BlockTransaction, 'body' | 'by'>): Outcome {
  const writes = verdict.writes.map(({ key, value }: Write) => ({ key, hash: valueHash(value) }));
  return { id, signature: b64u(signature), code: verdict.code, writes };
}

export const outcomeBytes = (outcome: Outcome): Uint8Array => canonicalBytes(outcome);

/** The leaves of a block, in order. */
export function leavesOf(transactions: readonly Omit<BlockTransaction, 'body' | 'by'>[]): Uint8Array[] {
  return transactions.map((transaction) => leafHash(outcomeBytes(outcomeOf(transaction))));
}

/** The header of the block that puts these transactions on top of `before` (undefined: the first block). */
export function nextHeader(
  before: Uint8Array | undefined,
  chain: string,
  transactions: readonly Omit<BlockTransaction, 'body' | 'by'>[],
  operator: string,
): Header {
  const height = before === undefined ? 0 : readHeader(before).height + 1;
  const previous = before === undefined ? chain : headerHash(before);
  return {
    v: 1,
    chain,
    height,
    previous,
    count: transactions.length,
    root: hex(rootOf(leavesOf(transactions))),
    operator,
  };
}
