// A computation at this node, from the delivery to the signed completion; every step is stored before it is sent.
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type {
  Chain,
  Completion,
  large,
  overlap,
  Question,
  Signed,
  SignedContribution,
  SignedVerdict,
} from '../../domain/confidential';

export type ComputationState = 'RECEIVED' | 'NOISED' | 'SEALED' | 'SIGNED' | 'STOPPED';

export interface OverlapParts {
  readonly crossings: readonly overlap.SignedCrossing[];
  readonly nodeKeys: readonly string[];
}

@Entity('computations')
export class Computation {
  /** questionId. */
  @PrimaryColumn('text') id!: string;
  @Column('text') state!: ComputationState;
  /** SHA-256 of the delivery: a second one must be the same. */
  @Column('text') digest!: string;
  @Column('jsonb') question!: Signed<Question>;
  @Column('jsonb') contributions!: readonly SignedContribution[];
  @Column('bytea', { name: 'searcher_seal_key', nullable: true }) searcherSealKey!: Buffer | null;
  @Column('jsonb', { nullable: true }) verdict!: SignedVerdict | null;
  @Column('jsonb', { nullable: true }) chain!: Chain | null;
  /** Seed of this node's noise, wrapped. */
  @Column('bytea') seed!: Buffer;
  /** Mode H: ciphertext of this node's noise. Overlap: the lists, sealed to the next node. */
  @Column('bytea', { nullable: true }) noise!: Buffer | null;
  /** The sealed release (JSON text) or the switched share; leaves only against a completion with three signatures. */
  @Column('bytea', { nullable: true }) output!: Buffer | null;
  /** Overlap: both second-round records, and the nodes' HPKE keys in base64url. */
  @Column('jsonb', { nullable: true }) overlap!: OverlapParts | null;
  @Column('jsonb', { nullable: true }) completion!: Completion | null;
  /** Large form: what was said of the noise, for one challenge and no other. */
  @Column('jsonb', { nullable: true }) fingerprint!: large.SignedFingerprint | null;
  @Column('text') template!: string;
  @Column('text') binding!: string;
  @Column('text') epoch!: string;
  /** The agreed set, once this node began to answer for it: near sets are refused from then on. */
  @Column('jsonb', { nullable: true }) repositories!: readonly string[] | null;
  /** The code of the refusal that ended it. */
  @Column('text', { nullable: true }) stopped!: string | null;
  @Column('bigint', { name: 'received_at' }) receivedAt!: string;
  /** When the output first left; from then on it cannot be stopped. */
  @Column('bigint', { name: 'released_at', nullable: true }) releasedAt!: string | null;
}

@Entity('sealed_parts')
export class SealedPart {
  @PrimaryColumn('text') computation!: string;
  @PrimaryColumn('text') repository!: string;
  @Column('bytea') bytes!: Buffer;
}

@Entity('epochs')
export class EpochRow {
  @PrimaryColumn('text') epoch!: string;
  /** The lattice secret, wrapped. */
  @Column('bytea') secret!: Buffer;
  @Column('bytea') share!: Buffer;
  @Column('text') commitment!: string;
}

@Entity('proofs_seen')
export class ProofSeen {
  @PrimaryColumn('text') id!: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
}
