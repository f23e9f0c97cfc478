// fsck: reads the chain from its first block, judges every transaction again, and names whatever does not agree.
import { fromB64u, hex } from '../../../domain/canonical';
import { thumbprint } from '../../../domain/identity';
import { ledgerKeys } from '../../../domain/ledger';
import { headerHash, leavesOf, readHeader, valueHash, type Block } from '../../../domain/ledger/blocks';
import { judge, type Versioned } from '../../../domain/ledger/judge';
import {
  NO_CHAIN,
  readBody,
  signatureMustHold,
  transactionId,
  type TransactionBody,
} from '../../../domain/ledger/transaction';
import { rootOf } from '../../../domain/merkle';
import { Refusal } from '../../../domain/refusals';
import type { ChainStore } from './store';

export interface Findings {
  readonly blocks: number;
  readonly transactions: number;
  /** Empty when all is well; each names a place and what is wrong there. */
  readonly faults: readonly string[];
}

const PAGE = 500;

export async function fsck(store: ChainStore): Promise<Findings> {
  const replay = new Replay();
  for (let height = 0; ; height += 1) {
    const block = await store.block(height);
    if (block === undefined) break;
    replay.block(block, height);
  }
  await replay.compare(store);
  return { blocks: replay.blocks, transactions: replay.transactions, faults: replay.faults };
}

class Replay {
  blocks = 0;
  transactions = 0;
  readonly faults: string[] = [];
  private readonly state = new Map<string, Versioned>();
  private readonly seen = new Set<string>();
  private chain = NO_CHAIN;
  private last = NO_CHAIN;

  block(block: Block, height: number): void {
    this.attempt(`block ${String(height)}`, () => {
      const header = readHeader(block.header);
      this.expect(header.height === height, `block ${String(height)}: its header says ${String(header.height)}`);
      this.expect(header.previous === this.last, `block ${String(height)}: does not follow the one before`);
      this.expect(header.chain === this.chain, `block ${String(height)}: belongs to another chain`);
      this.expect(header.count === block.transactions.length, `block ${String(height)}: transactions are missing`);
      block.transactions.forEach((_, index) => this.transaction(block, height, index));
      this.expect(header.root === hex(rootOf(leavesOf(block.transactions))), `block ${String(height)}: root differs`);
      signatureMustHold(block.header, block.signature, this.certificate(header.operator, 'operator'));
    });
    this.last = headerHash(block.header);
    if (height === 0) this.chain = this.last;
    this.blocks += 1;
  }

  private transaction({ transactions }: Block, height: number, index: number): void {
    const place = `transaction ${String(height)}/${String(index)}`;
    const stored = transactions[index];
    if (stored === undefined) return;
    this.transactions += 1;
    this.attempt(place, () => {
      const body = readBody(stored.body);
      const id = transactionId(stored.body);
      this.expect(id === stored.id && !this.seen.has(id), `${place}: id differs or is there twice`);
      this.seen.add(id);
      this.expect(body.chain === this.chain, `${place}: made for another chain`);
      const verdict = judge(body, id, height, this.state);
      this.expect(
        verdict.code === stored.verdict.code,
        `${place}: stored ${stored.verdict.code}, judged ${verdict.code}`,
      );
      for (const { key, value } of verdict.writes) this.state.set(key, { value, height, index });
      this.expect(samePairs(verdict.writes, stored.verdict.writes), `${place}: writes differ`);
      signatureMustHold(stored.body, stored.signature, this.signerOf(body));
    });
  }

  /** Every stored entry must be what the replay gave, no more and no less. */
  async compare(store: ChainStore): Promise<void> {
    let after = '';
    let found = 0;
    for (;;) {
      const page = await store.list('', after, PAGE);
      for (const { key, value, height, index } of page) {
        const expected = this.state.get(key);
        const same = expected?.height === height && expected.index === index;
        const hash = valueHash(value as Versioned['value']);
        this.expect(same && hash === valueHash(expected.value), `entry ${key}: differs from the chain`);
      }
      found += page.length;
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.key;
    }
    this.expect(found === this.state.size, `entries: ${String(found)} stored, ${String(this.state.size)} in the chain`);
    const head = await store.head();
    this.expect(head !== undefined && headerHash(head.header) === this.last, 'head: is not the last block');
  }

  private signerOf({ certificate, by }: TransactionBody): Uint8Array {
    return this.certificate(certificate, by);
  }

  private certificate(x5t: string, of: string): Uint8Array {
    const der = this.state.get(ledgerKeys.certificate(x5t))?.value['der'];
    if (typeof der !== 'string') throw new Refusal('LEDGER_CERTIFICATE_FOREIGN', { of });
    const bytes = fromB64u(der);
    if (thumbprint(bytes) !== x5t) throw new Refusal('LEDGER_CERTIFICATE_FOREIGN', { of });
    return bytes;
  }

  private expect(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }

  private attempt(place: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.faults.push(`${place}: ${error instanceof Refusal ? error.code : 'cannot be read'}`);
    }
  }
}

type Pairs = readonly { readonly key: string; readonly value: Versioned['value'] }[];
function samePairs(a: Pairs, b: Pairs): boolean {
  const text = (pairs: Pairs) => pairs.map(({ key, value }) => `${key} ${valueHash(value)}`).join('\n');
  return text(a) === text(b);
}
