// M3 in, M4 out: the searcher's verdict becomes a leaf, and the data end promises to anchor it.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { fromHex } from '../../domain/canonical';
import { statementDigest } from '../../domain/identity';
import { digestOf, type LeafKind, leafKinds, openAck, type OwnRecord, promise } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { KEYRING, type Keyring } from '../keys';
import { Witness } from '../witness';
import type { Caller } from '../../platform/tokens/caller';
import { ExchangeRow } from './entities';
import { Exchanges } from './store';

@Injectable()
export class Acknowledging {
  constructor(
    private readonly database: DataSource,
    private readonly exchanges: Exchanges,
    private readonly witness: Witness,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The promise (M4); the same one again for the same acknowledgement. Refuses as `openAck`, NOT_ANSWERED_YET, ACK_REPEATED_OTHERWISE. */
  async take(xid: string, ack: string, caller: Caller): Promise<string> {
    const row = await this.exchanges.one(this.database.manager, xid);
    if (caller.participant !== row.searcher && !caller.roles.includes('operator'))
      throw new Refusal('NOT_YOURS', { xid });
    const own = ownRecord(row);
    if (row.ackStatement !== null && row.finalStatement !== null) {
      if (statementDigest(row.ackStatement) !== statementDigest(ack))
        throw new Refusal('ACK_REPEATED_OTHERWISE', { xid });
      return row.finalStatement;
    }
    const certificate = await this.witness.receiptCertificate(row.searcher);
    const verdict = openAck(ack, own, certificate, this.clock.now());
    const final = promise(own, this.clock.now(), this.keys.receipt);
    await this.database.transaction((tx) => this.settle(tx, row, { ack, final, verdict }));
    const settled = await this.exchanges.one(this.database.manager, xid);
    if (settled.finalStatement === null) throw new Error('A promise was kept and is not there.');
    return settled.finalStatement;
  }

  /** The row changes once, and the leaf is born in the same transaction. */
  private async settle(
    tx: EntityManager,
    row: ExchangeRow,
    said: { ack: string; final: string; verdict: 'MATCH' | 'MISMATCH' },
  ) {
    const match = said.verdict === 'MATCH';
    const changed = await tx.update(
      ExchangeRow,
      { xid: row.xid, state: In(['ANSWERED', 'REFUSED', 'NO_ACK']) },
      {
        state: match ? 'ACKED' : 'MISMATCH',
        ackStatement: said.ack,
        finalStatement: said.final,
        ackedAt: String(this.clock.now()),
      },
    );
    if (changed.affected !== 1) return;
    await this.exchanges.leaf(tx, match ? kindOf(row) : 'MISMATCH', fromHex(row.e ?? '', 32));
  }
}

function ownRecord(row: ExchangeRow): OwnRecord {
  if (row.answer === null || row.e === null) throw new Refusal('NOT_ANSWERED_YET', { xid: row.xid });
  return { xid: row.xid, e: fromHex(row.e, 32), answerDigest: digestOf(row.answer) };
}

const kindOf = (row: ExchangeRow): LeafKind => (row.kind === leafKinds.REFUSED ? 'REFUSED' : 'COMPLETED');
