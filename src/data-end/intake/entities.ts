// One row an exchange record, from the request's bytes to the other side's proof.
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Decision } from '../../domain/permits';
import type { ReceiptState } from '../../domain/receipts';

@Entity('exchanges')
export class ExchangeRow {
  @PrimaryColumn('uuid') xid!: string;
  @Column('text') searcher!: string;
  @Column('text') repository!: string;
  @Column('text') template!: string;
  @Column('text') state!: ReceiptState;
  @Column('bytea') request!: Buffer;
  @Column('text', { name: 'request_statement' }) requestStatement!: string;
  @Column('jsonb', { nullable: true }) decision!: Decision | null;
  @Column('bytea', { nullable: true }) answer!: Buffer | null;
  @Column('text', { name: 'answer_statement', nullable: true }) answerStatement!: string | null;
  /** Hex of the common hash. */
  @Column('text', { nullable: true }) e!: string | null;
  @Column('smallint', { nullable: true }) kind!: number | null;
  @Column('text', { name: 'ack_statement', nullable: true }) ackStatement!: string | null;
  @Column('text', { name: 'final_statement', nullable: true }) finalStatement!: string | null;
  @Column('jsonb', { name: 'searcher_proof', nullable: true }) searcherProof!: Record<string, unknown> | null;
  @Column('bigint', { name: 'received_at' }) receivedAt!: string;
  @Column('bigint', { name: 'answered_at', nullable: true }) answeredAt!: string | null;
  @Column('bigint', { name: 'acked_at', nullable: true }) ackedAt!: string | null;
}
