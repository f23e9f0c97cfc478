// The recorded network, typed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerProof } from '../../../src/domain/ledger/port';

export interface Recorded {
  readonly trust: { readonly genesis: string; readonly channel: string; readonly chaincode: string };
  readonly proof: LedgerProof & { readonly document: { readonly payload: string; readonly genesis: string } };
  readonly otherKey: string;
  readonly elsewhere: { readonly payload: string; readonly genesis: string };
  readonly lone: string;
  readonly absent: string;
  readonly listed: string;
  readonly unordered: string;
  readonly byClient: string;
  /** Receipts' payloads of anchors 1 to 6. */
  readonly reads: readonly string[];
  /** All blocks of the channel, base64url, by number. */
  readonly blocks: readonly string[];
}

export const recorded = JSON.parse(readFileSync(join(__dirname, 'network.json'), 'utf8')) as Recorded;
