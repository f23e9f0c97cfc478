// Permit requests and granted permits.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Permits1000000000050 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE permit_requests (
      id uuid PRIMARY KEY,
      searcher text NOT NULL,
      repository text NOT NULL REFERENCES repositories (id),
      template text NOT NULL REFERENCES templates (id),
      purpose text NOT NULL,
      state text NOT NULL CHECK (state IN ('open', 'granted', 'declined')),
      permit text,
      requested_at timestamptz NOT NULL,
      UNIQUE (searcher, repository, template, purpose)
    )`);
    await q.query(`CREATE INDEX permit_requests_searcher ON permit_requests (searcher)`);
    await q.query(`CREATE INDEX permit_requests_repository ON permit_requests (repository)`);
    await q.query(`CREATE TABLE permits (
      id text PRIMARY KEY,
      version int NOT NULL,
      document jsonb NOT NULL,
      searcher text NOT NULL,
      repository text NOT NULL REFERENCES repositories (id),
      template text NOT NULL REFERENCES templates (id),
      state text NOT NULL CHECK (state IN ('granted', 'revoked'))
    )`);
    await q.query(`CREATE INDEX permits_searcher ON permits (searcher)`);
    await q.query(`CREATE INDEX permits_repository ON permits (repository)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE permits');
    await q.query('DROP TABLE permit_requests');
  }
}
