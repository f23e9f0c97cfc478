// This participant's own tree: leaves in order, the batches sealed from them, and answers kept for repeats.
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

@Entity('leaves')
export class LeafRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;
  /** Place in the tree; null until a batch is sealed over it. */
  @Column('bigint', { nullable: true, unique: true }) index!: string | null;
  @Column('bytea') bytes!: Buffer;
  /** Hex of the commitment; null for padding. */
  @Column('text', { nullable: true }) e!: string | null;
  @Column('smallint') kind!: number;
  @Column('int', { nullable: true }) batch!: number | null;
}

@Entity('batches')
export class BatchRow {
  @PrimaryColumn('int') seq!: number;
  @Column('bigint') size!: string;
  @Column('text') root!: string;
  @Column('jsonb') consistency!: readonly string[];
  @Column('text', { nullable: true }) previous!: string | null;
  @Column('text', { name: 'tx_id', nullable: true }) txId!: string | null;
  @Column('bytea', { name: 'tx_bytes', nullable: true }) txBytes!: Buffer | null;
  @Column('int', { nullable: true }) height!: number | null;
  @Column('int', { nullable: true }) index!: number | null;
}

@Entity('released_answers')
export class ReleasedAnswer {
  /** contentId of data version, template, binding and mechanism: one question has one name. */
  @PrimaryColumn('text') question!: string;
  @Column('text') repository!: string;
  @Column('uuid') xid!: string;
  @Column('bytea') body!: Buffer;
  @Column('bytea') tag!: Buffer;
  @Column('text') rho!: string;
}
