// Contributions to confidential questions, kept so that the same request gets the same bytes.
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { large, overlap, Signed } from '../../domain/confidential';

@Entity('contributions')
export class ContributionRow {
  @PrimaryColumn('uuid') xid!: string;
  /** questionId of the confidential question. */
  @Column('text') question!: string;
  @Column('text') repository!: string;
  /** What `SealedContribution.stored` made; null while the run is under way. */
  @Column('bytea', { nullable: true }) body!: Buffer | null;
  @Column('bytea', { nullable: true }) tag!: Buffer | null;
  /** Large form: cells and seeds as `exit/kept` wrapped them, until they are fingerprinted or the question is over. */
  @Column('bytea', { nullable: true }) kept!: Buffer | null;
  /** Milliseconds since 1970 UTC. */
  @Column('bigint', { name: 'kept_until', nullable: true }) keptUntil!: string | null;
  /** Given for one beacon and for no other. */
  @Column('jsonb', { nullable: true }) fingerprint!: large.SignedFingerprint | null;
}

/** A part in an overlap between its two rounds. */
@Entity('overlap_parts')
export class OverlapRow {
  @PrimaryColumn('uuid') xid!: string;
  /** questionId. */
  @Column('text') question!: string;
  @Column('text') repository!: string;
  @Column('bigint', { name: 'cut_off' }) cutOff!: string;
  /** What `HiddenUnits.stored` made: exponent and list, wrapped. Null once the second round is over, or can no more come. */
  @Column('bytea', { nullable: true }) hidden!: Buffer | null;
  /** The other repository's signed record: the first one counts. */
  @Column('jsonb', { nullable: true }) peer!: Signed<overlap.OverlapContribution> | null;
  /** The own list, sealed to it. */
  @Column('text', { nullable: true }) list!: string | null;
  /** SHA-256 of the list that came, and what was made of it: the same again gets the same. */
  @Column('text', { nullable: true }) given!: string | null;
  @Column('jsonb', { nullable: true }) crossing!: overlap.SignedCrossing | null;
  @Column('jsonb', { nullable: true }) sealed!: readonly string[] | null;
}
