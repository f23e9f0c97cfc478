// Templates on their way from draft to use, with the reviews that carried them.
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type TemplateState = 'draft' | 'submitted' | 'in-review' | 'approved' | 'withdrawn';

@Entity('templates')
export class TemplateRow {
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') document!: Record<string, unknown>;
  @Index()
  @Column('text')
  element!: string;
  @Column('text') author!: string;
  @Index()
  @Column('text')
  state!: TemplateState;
  @Column('timestamptz', { name: 'changed_at' }) changedAt!: Date;
}

@Entity('template_reviews')
export class TemplateReview {
  @PrimaryColumn('text') template!: string;
  @PrimaryColumn('text') reviewer!: string;
  @Column('text') verdict!: 'APPROVE' | 'REJECT';
  @Column('text') comment!: string;
  /** The signed statement itself, as sent. */
  @Column('text') statement!: string;
  @Column('timestamptz', { name: 'reviewed_at' }) reviewedAt!: Date;
}
