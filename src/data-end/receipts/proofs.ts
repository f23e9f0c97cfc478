// Shows that a record's leaf stands in this participant's anchored tree, and takes in the other side's proof of the same.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan, Not } from 'typeorm';
import { z } from 'zod';
import { b64u, fromHex, hex } from '../../domain/canonical';
import { thumbprint } from '../../domain/identity';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { verifyInclusion } from '../../domain/merkle';
import { leafHashOf, leafKinds, type BundleSide, type LeafKind, proofField } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { ExchangeRow } from '../intake/entities';
import { KEYRING, type Keyring } from '../keys';
import { LEDGER } from '../witness';
import { OwnTree } from './own-tree';
import { BatchRow, LeafRow } from './entities';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What one side tells the other about its leaf; enough to check it against the ledger. */
export const InclusionProof = z.strictObject({
  seq: z.int().positive(),
  index: z.int().nonnegative(),
  inclusion: z.array(Hash).max(64),
});
export type InclusionProof = z.infer<typeof InclusionProof>;

@Injectable()
export class Proofs {
  constructor(
    private readonly database: DataSource,
    private readonly tree: OwnTree,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
  ) {}

  /** This side of the evidence bundle. Refuses NOT_ANCHORED_YET. */
  async side(e: string): Promise<BundleSide> {
    const { participant, receipt } = this.keys;
    const { seq, index, inclusion, size, root } = await this.inclusion(e);
    const [registration, anchor] = await Promise.all([
      this.ledger.prove(ledgerKeys.certificate(thumbprint(receipt.certificate))),
      this.ledger.prove(ledgerKeys.anchor(participant, seq)),
    ]);
    return {
      participant,
      certificate: b64u(receipt.certificate),
      registration: proofField(registration),
      index,
      inclusion: [...inclusion],
      head: { seq, size, root },
      anchor: proofField(anchor),
    };
  }

  /** Where the leaf of E stands in the first anchored tree that holds it. Refuses NOT_ANCHORED_YET. */
  async inclusion(e: string): Promise<InclusionProof & { readonly size: number; readonly root: string }> {
    const { manager } = this.database;
    const leaf = await manager.findOne(LeafRow, { where: { e, index: Not(IsNull()), kind: Not(leafKinds.NO_ACK) } });
    const index = Number(leaf?.index ?? NaN);
    if (Number.isNaN(index)) throw new Refusal('NOT_ANCHORED_YET', { e });
    const batch = await manager.findOne(BatchRow, {
      where: { size: MoreThan(String(index)), height: Not(IsNull()) },
      order: { seq: 'ASC' },
    });
    if (batch === null) throw new Refusal('NOT_ANCHORED_YET', { e });
    const size = Number(batch.size);
    const tree = await this.tree.leaves();
    return { seq: batch.seq, index, inclusion: tree.inclusion(index, size).map(hex), size, root: batch.root };
  }

  /** The searcher's proof: when both anchored trees hold the leaf, the record is FINAL. Refuses PROOF_DOES_NOT_FIT, NOT_ANCHORED_YET. */
  async accept(xid: string, proof: InclusionProof): Promise<void> {
    const { manager } = this.database;
    const row = await manager.findOneBy(ExchangeRow, { xid });
    if (row?.e === null || row?.e === undefined) throw new Refusal('EXCHANGE_UNKNOWN', { xid });
    if (row.state === 'FINAL') return;
    await this.inclusion(row.e);
    const anchor = await this.ledger.read(ledgerKeys.anchor(row.searcher, proof.seq));
    const { size, root } = (anchor?.value ?? {}) as { size?: number; root?: string };
    const kind: LeafKind = row.kind === leafKinds.REFUSED ? 'REFUSED' : 'COMPLETED';
    const fits =
      size !== undefined &&
      root !== undefined &&
      verifyInclusion({
        leafHash: leafHashOf(kind, fromHex(row.e, 32)),
        index: proof.index,
        size,
        proof: proof.inclusion.map((hash) => fromHex(hash, 32)),
        root: fromHex(root, 32),
      });
    if (!fits) throw new Refusal('PROOF_DOES_NOT_FIT', { xid });
    await manager.update(ExchangeRow, { xid, state: 'ACKED' }, { state: 'FINAL', searcherProof: { ...proof } });
  }
}
