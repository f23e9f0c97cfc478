// What a chain of blocks needs from its storage; PostgreSQL and memory both have it.
import type { Block, SignedHeader } from '../../../domain/ledger/blocks';
import type { VersionedState } from '../../../domain/ledger/judge';
import type { Entry, LedgerEvent } from '../../../domain/ledger/port';

/** Where a transaction stands, and `VALID` or the refusal's code. */
export interface Recorded {
  readonly id: string;
  readonly height: number;
  readonly index: number;
  readonly code: string;
}

export interface ChainReads {
  head(): Promise<SignedHeader | undefined>;
  /** Present values of these keys, all of one moment. */
  entries(keys: readonly string[]): Promise<VersionedState>;
  find(ids: readonly string[]): Promise<ReadonlyMap<string, Recorded>>;
}

export interface ChainWriter extends ChainReads {
  append(block: Block, height: number): Promise<void>;
}

export interface ChainStore extends ChainReads {
  list(prefix: string, after: string, limit: number): Promise<readonly Entry[]>;
  events(above: number, blocks: number): Promise<readonly LedgerEvent[]>;
  block(height: number): Promise<Block | undefined>;
  headers(from: number, limit: number): Promise<readonly SignedHeader[]>;
  /** One writer at a time, over all processes that share the storage; durable when the promise resolves. */
  exclusively<T>(work: (writer: ChainWriter) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
