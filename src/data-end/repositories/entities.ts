// What this data end offers: repositories with their sources, and the templates their owner adopted.
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('hosted_repositories')
export class HostedRepository {
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') element!: Record<string, unknown>;
  @Column('jsonb') metadata!: Record<string, unknown>;
  /** How the source is reached; secrets are named here, never kept. */
  @Column('jsonb') source!: Record<string, unknown>;
  @Column('jsonb') policy!: Record<string, unknown>;
  @Column('text', { name: 'data_version' }) dataVersion!: string;
  /** 32 bytes that belong to the data version: they choose which groups a unit keeps. */
  @Column('bytea') secret!: Buffer;
  @Column('text') state!: 'prepared' | 'announced' | 'retired';
}

@Entity('adopted_templates')
export class AdoptedTemplate {
  @PrimaryColumn('text') repository!: string;
  @PrimaryColumn('text') template!: string;
  @Column('jsonb') document!: Record<string, unknown>;
  @Column('jsonb') policy!: Record<string, unknown>;
  @Column('text') state!: 'adopting' | 'adopted' | 'retired';
}
