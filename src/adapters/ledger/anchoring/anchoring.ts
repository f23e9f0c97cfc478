// Brings a participant's leaves onto the ledger, batch by batch: sealed before signed, stored before sent, once each.
import { anchorHash, ledgerKeys } from '../../../domain/ledger';
import type { Committed, Ledger, LedgerSigner } from '../../../domain/ledger/port';
import { leafHash, Tree } from '../../../domain/merkle';
import { anchorBody, BATCH_LEAVES, type AnchoredHead } from '../../../domain/receipts';
import { Refusal } from '../../../domain/refusals';
import type { AnchorBook, Batch, Leaf, OpenBatch } from './book';

export interface Progress {
  readonly seq: number;
  readonly size: number;
  readonly committed: Committed;
}

export class Anchoring {
  private tree: Tree | undefined;

  constructor(
    private readonly book: AnchorBook,
    private readonly ledger: Ledger,
    private readonly signer: LedgerSigner,
    /** Leaves added to a batch so that its size says nothing about volume; none by default. */
    private readonly padding: (leaves: number) => readonly Leaf[] = () => [],
  ) {}

  /**
   * One step: finishes the open batch, or seals and anchors the next one. Undefined when there was nothing to do.
   * Throws what the ledger threw (LEDGER_DOWN, …); calling again goes on where it stopped. Not to be called concurrently.
   */
  async step(heartbeat = false): Promise<Progress | undefined> {
    const open = (await this.book.open()) ?? (await this.sealNext(heartbeat));
    if (open === undefined) return undefined;
    const committed = (await this.landed(open)) ?? (await this.send(open));
    await this.book.anchored(open.seq, committed);
    return { seq: open.seq, size: open.size, committed };
  }

  /** The participant's tree of sealed leaves. */
  async leaves(): Promise<Tree> {
    return (this.tree ??= Tree.of((await this.book.sealed()).map(leafHash)));
  }

  private async sealNext(heartbeat: boolean): Promise<OpenBatch | undefined> {
    const pending = await this.book.pending(BATCH_LEAVES);
    if (pending.length === 0 && !heartbeat) return undefined;
    const padding = this.padding(pending.length);
    const tree = await this.leaves();
    const last = await this.book.last();
    for (const leaf of [...pending, ...padding]) tree.append(leafHash(leaf.bytes));
    try {
      const batch = anchorBody(tree, headOf(last?.batch, this.signer.participant));
      await this.book.seal(batch, pending.length, padding);
      return batch;
    } catch (error) {
      this.tree = undefined; // What was appended in memory may not be what is stored: read it again.
      throw error;
    }
  }

  /** "It landed anyway": the anchor of this very batch may be on the ledger although nobody told us. */
  private async landed(batch: Batch): Promise<Committed | undefined> {
    const entry = await this.ledger.read(ledgerKeys.anchor(this.signer.participant, batch.seq));
    if (entry === undefined) return undefined;
    if (entry.value['root'] !== batch.root || entry.value['size'] !== batch.size) {
      throw new Refusal('ANCHOR_FORKED', { participant: this.signer.participant, seq: batch.seq });
    }
    return { id: '', height: entry.height, index: entry.index };
  }

  private async send(open: OpenBatch): Promise<Committed> {
    const { seq, size, root, previous } = open;
    let transaction = open.transaction;
    if (transaction === undefined) {
      transaction = await this.ledger.prepare(
        { type: 'AnchorBatch', seq, size, root, consistency: [...open.consistency], previous },
        this.signer,
      );
      await this.book.signed(seq, transaction);
    }
    try {
      return await this.ledger.submit(transaction);
    } catch (error) {
      // The world moved between prepare and submit: these bytes can never commit, so the next step signs anew.
      if (error instanceof Refusal && error.code === 'LEDGER_CONFLICT') await this.book.signed(seq, undefined);
      throw error;
    }
  }
}

function headOf(last: Batch | undefined, participant: string): AnchoredHead | undefined {
  if (last === undefined) return undefined;
  const { seq, size, root, previous } = last;
  return { seq, size, hash: anchorHash({ participant, seq, size, root, previous }) };
}
