// What a participant keeps about its own tree: leaves in order, batches sealed from them, and how far the ledger has come.
import type { Committed, SignedTransaction } from '../../../domain/ledger/port';

export interface Leaf {
  /** The 34 bytes `0x01 ‖ kind ‖ E`, or whatever the participant commits to. */
  readonly bytes: Uint8Array;
}

/** A batch as it is sealed: the tree up to `size`, and what the ledger needs to accept it. All hashes are lower-case hex. */
export interface Batch {
  readonly seq: number;
  readonly size: number;
  readonly root: string;
  readonly consistency: readonly string[];
  readonly previous: string | null;
}

export interface OpenBatch extends Batch {
  /** Present once signed: sent again and again until the ledger has it. */
  readonly transaction?: SignedTransaction;
}

/** Where a book lives is its owner's business: PostgreSQL at a data end, a file at a searcher. Every method is durable when it returns. */
export interface AnchorBook {
  /** Sealed leaves in tree order. Read once, at start. */
  sealed(): Promise<readonly Uint8Array[]>;
  /** Leaves not sealed yet, oldest first, at most `limit`. */
  pending(limit: number): Promise<readonly Leaf[]>;
  /** Seals exactly the `count` oldest pending leaves, followed by the `padding` leaves, under this batch: all or nothing. */
  seal(batch: Batch, count: number, padding: readonly Leaf[]): Promise<void>;
  /** The batch that is sealed but not on the ledger yet; never more than one. */
  open(): Promise<OpenBatch | undefined>;
  last(): Promise<{ readonly batch: Batch; readonly committed: Committed } | undefined>;
  signed(seq: number, transaction: SignedTransaction | undefined): Promise<void>;
  anchored(seq: number, committed: Committed): Promise<void>;
}
