// What the authorisation server keeps: its own items, the ids of proofs already seen, and who the participants are.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JWK } from 'jose';
import type { Role } from '../../domain/identity';

@Entity('oidc_items')
export class OidcItem {
  @PrimaryColumn('text') kind!: string;
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') payload!: Record<string, unknown>;
  @Index()
  @Column('text', { name: 'grant_id', nullable: true })
  grantId!: string | null;
  @Index()
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}

@Entity('proofs_seen')
export class ProofSeen {
  @PrimaryColumn('text') id!: string;
  @Index()
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}

export type ParticipantState = 'applied' | 'registered' | 'suspended';

@Entity('participants')
export class Participant {
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') name!: { readonly en: string; readonly zh: string };
  @Column('text') organisation!: string;
  @Column('jsonb') roles!: readonly Role[];
  @Column('text') state!: ParticipantState;
  /** Public key of the machine that asks for tokens. */
  @Column('jsonb', { name: 'token_key' }) tokenKey!: JWK;
  @Column('bytea', { name: 'receipt_certificate' }) receiptCertificate!: Buffer;
  @Column('bytea', { name: 'ledger_certificate' }) ledgerCertificate!: Buffer;
  /** Where the participant's data end answers, if it has one. */
  @Column('text', { nullable: true }) endpoint!: string | null;
  /** Hash of the canonical application: the same one twice is one. */
  @Column('text', { name: 'application' }) application!: string;
  @Column('timestamptz', { name: 'applied_at' }) appliedAt!: Date;
}
