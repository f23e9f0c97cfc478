// The catalogue's read model: documents whose hashes are on the ledger, with the columns people search by.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('elements')
export class Element {
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') document!: Record<string, unknown>;
  @Column('text') publisher!: string;
  @Column('timestamptz', { name: 'published_at' }) publishedAt!: Date;
}

@Entity('repositories')
export class Repository {
  @PrimaryColumn('text') id!: string;
  @Index()
  @Column('text')
  owner!: string;
  @Index()
  @Column('text')
  element!: string;
  @Column('jsonb') metadata!: Record<string, unknown>;
  /** contentId of the metadata, as on the ledger. */
  @Column('text', { name: 'metadata_id' }) metadataId!: string;
  @Column('text') state!: 'announced' | 'retired';
  @Column('text') theme!: string;
  @Column('text') place!: string;
  @Column('date', { name: 'time_from' }) timeFrom!: string;
  @Column('date', { name: 'time_to' }) timeTo!: string;
  @Column('jsonb') operations!: readonly string[];
  /** Lower-case words of titles, descriptions, place and column names, both languages. */
  @Column('text') words!: string;
}

export interface SqlShown {
  readonly dialect: string;
  readonly text: string;
}

/** Which templates an owner has adopted for a repository. */
@Entity('adoptions')
export class Adoption {
  @PrimaryColumn('text') repository!: string;
  @PrimaryColumn('text') template!: string;
  @Column('text') state!: 'adopted' | 'retired';
  /** The policy document that the owner attached: cost, floors and caps that hold for this pair. */
  @Column('jsonb') policy!: Record<string, unknown>;
  /** What the data end will run for this template, in its own dialect; every literal a parameter. */
  @Column('jsonb', { nullable: true }) sql!: SqlShown | null;
}
