// What a searcher writes down, in the order it happens. Bytes are base64url.
import type { BundleSide } from '../../domain/receipts';

export interface Batched {
  readonly seq: number;
  readonly size: number;
  readonly root: string;
  readonly consistency: readonly string[];
  readonly previous: string | null;
}

export type BookEntry =
  | {
      readonly t: 'request';
      readonly xid: string;
      /** Questions put together to several repositories share a group. */
      readonly group: string;
      readonly at: number;
      readonly bytes: string;
      readonly statement: string;
      /** Sent straight to the data end: its receipts go the same way. */
      readonly direct?: true;
    }
  | { readonly t: 'answer'; readonly xid: string; readonly bytes: string; readonly statement: string }
  /** The acknowledgement and its leaf: written together, because the leaf is what was acknowledged. */
  | { readonly t: 'ack'; readonly xid: string; readonly statement: string; readonly leaf: string }
  | { readonly t: 'promise'; readonly xid: string; readonly statement: string }
  | { readonly t: 'final'; readonly xid: string; readonly owner: BundleSide }
  | { readonly t: 'seal'; readonly batch: Batched; readonly count: number; readonly padding: readonly string[] }
  | {
      readonly t: 'signed';
      readonly seq: number;
      readonly transaction: { readonly id: string; readonly bytes: string } | null;
    }
  | { readonly t: 'anchored'; readonly seq: number; readonly height: number; readonly index: number };
