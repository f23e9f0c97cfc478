// One ledger command on its way: kept before it is signed, its signed bytes kept before they are sent.
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type OutboxState = 'NEW' | 'SIGNED' | 'COMMITTED' | 'REFUSED';

@Entity('ledger_outbox')
export class OutboxItem {
  /** What the command is about, chosen by its maker: the same key twice is one command. */
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') command!: Record<string, unknown>;
  @Column('text') state!: OutboxState;
  @Column('text', { name: 'tx_id', nullable: true }) txId!: string | null;
  @Column('bytea', { name: 'tx_bytes', nullable: true }) txBytes!: Buffer | null;
  @Column('int', { nullable: true }) height!: number | null;
  @Column('int', { nullable: true }) index!: number | null;
  @Column('text', { nullable: true }) refusal!: string | null;
}
