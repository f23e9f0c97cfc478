// Confidential questions on their way: what is public of them, and sealed bytes that the exchange cannot read.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Confidential1000000000300 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE confidential_runs (
      id text PRIMARY KEY,
      searcher text NOT NULL,
      question jsonb NOT NULL,
      searcher_seal_key bytea,
      state text NOT NULL CHECK (state IN ('COLLECTING', 'COMPUTING', 'COMPLETE', 'STOPPED')),
      verdicts jsonb,
      chains jsonb,
      noises jsonb,
      signatures jsonb,
      outputs jsonb,
      refusal text,
      blamed jsonb,
      asked_at timestamptz NOT NULL,
      ended_at timestamptz
    )`);
    await q.query(`CREATE INDEX confidential_runs_searcher ON confidential_runs (searcher)`);
    await q.query(
      `CREATE INDEX confidential_runs_open ON confidential_runs (asked_at) WHERE state IN ('COLLECTING', 'COMPUTING')`,
    );
    await q.query(`CREATE TABLE confidential_parts (
      run text NOT NULL REFERENCES confidential_runs (id),
      xid uuid NOT NULL UNIQUE,
      owner text NOT NULL,
      repository text NOT NULL,
      request bytea NOT NULL,
      request_statement text NOT NULL,
      state text NOT NULL CHECK (state IN ('PENDING', 'CONTRIBUTED', 'REFUSED', 'MISSED')),
      refusal text,
      answer bytea,
      answer_statement text,
      contribution jsonb,
      sealed jsonb,
      PRIMARY KEY (run, repository)
    )`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE confidential_parts');
    await q.query('DROP TABLE confidential_runs');
  }
}
