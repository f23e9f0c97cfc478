// Elements, repositories and adoptions as people search them.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Catalog1000000000030 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE elements (
      id text PRIMARY KEY,
      document jsonb NOT NULL,
      publisher text NOT NULL,
      published_at timestamptz NOT NULL
    )`);
    await q.query(`CREATE TABLE repositories (
      id text PRIMARY KEY,
      owner text NOT NULL,
      element text NOT NULL REFERENCES elements (id),
      metadata jsonb NOT NULL,
      metadata_id text NOT NULL,
      state text NOT NULL CHECK (state IN ('announced', 'retired')),
      theme text NOT NULL,
      place text NOT NULL,
      time_from date NOT NULL,
      time_to date NOT NULL,
      operations jsonb NOT NULL,
      words text NOT NULL
    )`);
    await q.query(`CREATE INDEX repositories_owner ON repositories (owner)`);
    await q.query(`CREATE INDEX repositories_element ON repositories (element)`);
    await q.query(`CREATE TABLE adoptions (
      repository text NOT NULL REFERENCES repositories (id),
      template text NOT NULL,
      state text NOT NULL CHECK (state IN ('adopted', 'retired')),
      policy jsonb NOT NULL,
      sql jsonb,
      PRIMARY KEY (repository, template)
    )`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE adoptions');
    await q.query('DROP TABLE repositories');
    await q.query('DROP TABLE elements');
  }
}
