// The exchange records of this data end: every step is a row changed under its own condition, so doing it twice does it once.
import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { hex } from '../../domain/canonical';
import type { Decision } from '../../domain/permits';
import { type LeafKind, leafKinds, leafOf, type Message, type Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { LeafRow } from '../receipts/entities';
import { ExchangeRow } from './entities';

export interface Answered extends Message {
  readonly e: Uint8Array;
}

@Injectable()
export class Exchanges {
  /** Keeps a request before anything is done about it. Returns the row that is there now; refuses XID_REUSED when its bytes differ. */
  async keep(tx: EntityManager, request: Request, message: Message, now: number): Promise<ExchangeRow> {
    const { xid, from: searcher, repository, template } = request;
    await tx
      .createQueryBuilder()
      .insert()
      .into(ExchangeRow)
      .values({
        xid,
        searcher,
        repository,
        template,
        state: 'REQUESTED',
        request: Buffer.from(message.bytes),
        requestStatement: message.statement,
        receivedAt: String(now),
      })
      .orIgnore()
      .execute();
    const row = await this.one(tx, xid);
    if (!row.request.equals(message.bytes)) throw new Refusal('XID_REUSED', { xid });
    return row;
  }

  /** Refuses EXCHANGE_UNKNOWN. */
  async one(tx: EntityManager, xid: string): Promise<ExchangeRow> {
    const row = await tx.findOneBy(ExchangeRow, { xid });
    if (row === null) throw new Refusal('EXCHANGE_UNKNOWN', { xid });
    return row;
  }

  decided(tx: EntityManager, xid: string, decision: Decision): Promise<unknown> {
    return tx.update(ExchangeRow, { xid, state: 'REQUESTED' }, { decision });
  }

  /** The answer becomes the answer once: whoever comes second gets the first one's. */
  async answered(
    tx: EntityManager,
    xid: string,
    answer: Answered,
    status: 'ANSWERED' | 'REFUSED',
    now: number,
  ): Promise<void> {
    await tx.update(
      ExchangeRow,
      { xid, state: In(['REQUESTED', 'NO_ANSWER']) },
      {
        state: status,
        answer: Buffer.from(answer.bytes),
        answerStatement: answer.statement,
        e: hex(answer.e),
        kind: leafKinds[status === 'ANSWERED' ? 'COMPLETED' : 'REFUSED'],
        answeredAt: String(now),
      },
    );
  }

  /** How many answers this searcher has not acknowledged. */
  unacknowledged(tx: EntityManager, searcher: string): Promise<number> {
    return tx.countBy(ExchangeRow, { searcher, state: 'ANSWERED' });
  }

  /** Adds a leaf to what is waiting for the next batch; the same leaf twice is one. */
  async leaf(tx: EntityManager, kind: LeafKind, e: Uint8Array): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(LeafRow)
      .values({ bytes: Buffer.from(leafOf(kind, e)), e: hex(e), kind: leafKinds[kind] })
      .orIgnore()
      .execute();
  }
}

/** The kept answer of a record, if there is one yet. */
export function answerIn(row: ExchangeRow): Message | undefined {
  if (row.answer === null || row.answerStatement === null) return undefined;
  return { bytes: new Uint8Array(row.answer), statement: row.answerStatement };
}
