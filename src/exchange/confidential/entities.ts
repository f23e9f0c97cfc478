// A confidential question as the exchange sees it: signed public records, and sealed bytes it can only carry.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type {
  Chain,
  large,
  overlap,
  Question,
  Signed,
  SignedContribution,
  SignedVerdict,
} from '../../domain/confidential';

export type RunState = 'COLLECTING' | 'COMPUTING' | 'COMPLETE' | 'STOPPED';
export type PartState = 'PENDING' | 'CONTRIBUTED' | 'REFUSED' | 'MISSED';

@Entity('confidential_runs')
export class ConfidentialRun {
  /** questionId. */
  @PrimaryColumn('text') id!: string;
  @Index()
  @Column('text')
  searcher!: string;
  @Column('jsonb') question!: Signed<Question>;
  @Column('bytea', { name: 'searcher_seal_key', nullable: true }) searcherSealKey!: Buffer | null;
  @Column('text') state!: RunState;
  @Column('jsonb', { nullable: true }) verdicts!: readonly SignedVerdict[] | null;
  @Column('jsonb', { nullable: true }) chains!: readonly Chain[] | null;
  /** Mode H: ciphertexts of the nodes' noises, base64url. */
  @Column('jsonb', { nullable: true }) noises!: readonly string[] | null;
  /** Large form: of every repository of the set, then of every node. */
  @Column('jsonb', { nullable: true }) fingerprints!: readonly large.SignedFingerprint[] | null;
  @Column('jsonb', { nullable: true }) signatures!:
    readonly { readonly by: string; readonly signature: string }[] | null;
  /** What each node released, sealed to the searcher, base64url. */
  @Column('jsonb', { nullable: true }) outputs!: readonly string[] | null;
  @Column('text', { nullable: true }) refusal!: string | null;
  @Column('jsonb', { nullable: true }) blamed!: readonly string[] | null;
  @Column('timestamptz', { name: 'asked_at' }) askedAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
}

@Entity('confidential_parts')
export class ConfidentialPart {
  @PrimaryColumn('text') run!: string;
  @PrimaryColumn('text') repository!: string;
  @Column('uuid', { unique: true }) xid!: string;
  @Column('text') owner!: string;
  @Column('bytea') request!: Buffer;
  @Column('text', { name: 'request_statement' }) requestStatement!: string;
  @Column('text') state!: PartState;
  /** Why the data end took no part, when it would not even sign a refusal. */
  @Column('text', { nullable: true }) refusal!: string | null;
  @Column('bytea', { nullable: true }) answer!: Buffer | null;
  @Column('text', { name: 'answer_statement', nullable: true }) answerStatement!: string | null;
  @Column('jsonb', { nullable: true }) contribution!: SignedContribution | null;
  /** Three envelopes or one ciphertext, base64url. */
  @Column('jsonb', { nullable: true }) sealed!: readonly string[] | null;
  /** Overlap: the hidden list, sealed to the other repository, base64url. */
  @Column('text', { nullable: true }) list!: string | null;
  /** Overlap: the record of the other's list being raised here. */
  @Column('jsonb', { nullable: true }) crossing!: overlap.SignedCrossing | null;
}
