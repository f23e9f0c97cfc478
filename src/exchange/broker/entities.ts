// What the exchange keeps of a message it relays: the bytes as they came, in both directions. It cannot alter them unseen.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type RelayState = 'QUEUED' | 'ANSWERED' | 'UNDELIVERABLE' | 'ACKED' | 'FINAL';

@Entity('relayed_exchanges')
export class RelayedExchange {
  @PrimaryColumn('uuid') xid!: string;
  @Index()
  @Column('text')
  searcher!: string;
  @Index()
  @Column('text')
  owner!: string;
  @Column('text') repository!: string;
  @Column('text') template!: string;
  @Column('text') permit!: string;
  @Column('text') state!: RelayState;
  @Column('bytea') request!: Buffer;
  @Column('text', { name: 'request_statement' }) requestStatement!: string;
  @Column('bytea', { nullable: true }) answer!: Buffer | null;
  @Column('text', { name: 'answer_statement', nullable: true }) answerStatement!: string | null;
  @Column('text', { nullable: true }) refusal!: string | null;
  @Column('timestamptz', { name: 'queued_at' }) queuedAt!: Date;
  @Column('timestamptz', { name: 'answered_at', nullable: true }) answeredAt!: Date | null;
}
