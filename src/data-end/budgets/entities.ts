// Accounts of what is scarce, and the two-phase holds on them.
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { HoldKind, HoldState } from '../../domain/safe-answers';

@Entity('accounts')
export class Account {
  @PrimaryColumn('text') id!: string;
  @Column('text') kind!: HoldKind;
  /** Exact texts: rationals for rho, whole numbers for quota. */
  @Column('text') cap!: string;
  @Column('text') spent!: string;
  @Column('text') held!: string;
}

@Entity('holds')
export class HoldRow {
  @PrimaryColumn('uuid') xid!: string;
  @PrimaryColumn('text') account!: string;
  @Column('text') kind!: HoldKind;
  @Column('text') amount!: string;
  @Column('text') state!: HoldState;
  @Column('bigint', { name: 'held_at' }) heldAt!: string;
}
