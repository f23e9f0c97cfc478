// The Ledger port: prepare, keep the bytes, submit them as often as needed. Shaped so that Fabric's gateway fits without change.
import type { Command } from './commands';

/** Who signs: a participant's ledger key. The key stays with its holder; the ledger sees only signatures. */
export interface LedgerSigner {
  readonly participant: string;
  /** DER of the ledger certificate (use=ledger). */
  readonly certificate: Uint8Array;
  /** Raw r‖s ES256 over the SHA-256 digest given, low-S. */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}

/** Bytes to store before they are sent; sending the same bytes again is harmless. */
export interface SignedTransaction {
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Committed {
  readonly id: string;
  readonly height: number;
  readonly index: number;
}

export interface Entry {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly height: number;
  readonly index: number;
}

export interface LedgerEvent {
  readonly height: number;
  readonly index: number;
  readonly type: string;
  readonly key: string;
  readonly by: string;
}

export interface Head {
  readonly height: number;
  /** Hex hash of the newest block header. */
  readonly hash: string;
}

/** Opaque to everyone but `domain/audit`: what an evidence bundle carries about one key of the ledger. */
export interface LedgerProof {
  readonly kind: 'embedded' | 'fabric-receipt' | 'fabric-chain';
  readonly document: Readonly<Record<string, unknown>>;
}

export interface Ledger {
  readonly kind: 'embedded' | 'fabric' | 'stand-in' | 'in-process';
  /** Checks the rules against today's state and signs. Refuses with the rule's code. */
  prepare(command: Command, signer: LedgerSigner): Promise<SignedTransaction>;
  /** Same bytes → same result. Throws Refusal (a rule said no), LEDGER_CONFLICT (prepare anew), LEDGER_DOWN (same bytes later). */
  submit(transaction: SignedTransaction): Promise<Committed>;
  status(id: string): Promise<Committed | undefined>;
  read(key: string): Promise<Entry | undefined>;
  /** Entries whose key starts with the prefix, in key order; for read models, never inside a submit. */
  list(prefix: string, after?: string, limit?: number): Promise<readonly Entry[]>;
  /** Events of blocks above `height`, oldest first, at most `limit` blocks' worth. */
  events(height: number, limit?: number): Promise<readonly LedgerEvent[]>;
  /** Id of the transaction at a place in the chain; only where an entry alone does not lead to it (Fabric). */
  transactionAt?(height: number, index: number): Promise<string | undefined>;
  head(): Promise<Head>;
  prove(key: string): Promise<LedgerProof>;
  close(): Promise<void>;
}
