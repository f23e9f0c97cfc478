// Templates and the signed reviews of them.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Templates1000000000040 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE templates (
      id text PRIMARY KEY,
      document jsonb NOT NULL,
      element text NOT NULL REFERENCES elements (id),
      author text NOT NULL,
      state text NOT NULL CHECK (state IN ('draft', 'submitted', 'in-review', 'approved', 'withdrawn')),
      changed_at timestamptz NOT NULL
    )`);
    await q.query(`CREATE INDEX templates_element ON templates (element)`);
    await q.query(`CREATE INDEX templates_state ON templates (state)`);
    await q.query(`CREATE TABLE template_reviews (
      template text NOT NULL REFERENCES templates (id),
      reviewer text NOT NULL,
      verdict text NOT NULL CHECK (verdict IN ('APPROVE', 'REJECT')),
      comment text NOT NULL,
      statement text NOT NULL,
      reviewed_at timestamptz NOT NULL,
      PRIMARY KEY (template, reviewer)
    )`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE template_reviews');
    await q.query('DROP TABLE templates');
  }
}
