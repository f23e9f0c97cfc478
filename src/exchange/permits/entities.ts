// Requests for permits, the permits that owners granted, and how much of each was used here.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('permit_requests')
export class PermitRequest {
  @PrimaryColumn('uuid') id!: string;
  @Index()
  @Column('text')
  searcher!: string;
  @Index()
  @Column('text')
  repository!: string;
  @Column('text') template!: string;
  @Column('text') purpose!: string;
  @Column('text') state!: 'open' | 'granted' | 'declined';
  @Column('text', { nullable: true }) permit!: string | null;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt!: Date;
}

@Entity('permits')
export class PermitRow {
  @PrimaryColumn('text') id!: string;
  @Column('int') version!: number;
  @Column('jsonb') document!: Record<string, unknown>;
  @Index()
  @Column('text')
  searcher!: string;
  @Index()
  @Column('text')
  repository!: string;
  @Column('text') template!: string;
  @Column('text') state!: 'granted' | 'revoked';
}
