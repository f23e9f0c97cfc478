// Contributions to confidential questions, kept so that the same request gets the same bytes.
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('contributions')
export class ContributionRow {
  @PrimaryColumn('uuid') xid!: string;
  /** questionId of the confidential question. */
  @Column('text') question!: string;
  @Column('text') repository!: string;
  /** What `SealedContribution.stored` made; null while the run is under way. */
  @Column('bytea', { nullable: true }) body!: Buffer | null;
  @Column('bytea', { nullable: true }) tag!: Buffer | null;
}
