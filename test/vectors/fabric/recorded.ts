// The recorded network, typed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerProof } from '../../../src/domain/ledger/port';
import type { Placed } from './forge';

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
  /** An anchor of another channel of the same members. */
  readonly elsewhereAnchor: Placed;
  /** Made with the network's own keys, by the number in the table of forgeries; `control` is sound. */
  readonly forged: Readonly<Record<string, Placed>>;
  /** The same exchange where four SmartBFT orderers order. */
  readonly bft: {
    readonly trust: Recorded['trust'];
    readonly proof: LedgerProof & { readonly document: { readonly anchor: Placed; readonly next: Placed } };
  };
}

export const recorded = JSON.parse(readFileSync(join(__dirname, 'network.json'), 'utf8')) as Recorded;
