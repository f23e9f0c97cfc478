// Everything a compute node keeps: computations with their steps, what was sealed to it, epochs, and its ledger commands.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ComputeNode1000000000010 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE computations (
      id text PRIMARY KEY,
      state text NOT NULL CHECK (state IN ('RECEIVED', 'NOISED', 'SEALED', 'SIGNED', 'STOPPED')),
      digest text NOT NULL,
      question jsonb NOT NULL,
      contributions jsonb NOT NULL,
      searcher_seal_key bytea,
      verdict jsonb,
      chain jsonb,
      seed bytea NOT NULL,
      noise bytea,
      output bytea,
      completion jsonb,
      template text NOT NULL,
      binding text NOT NULL,
      epoch text NOT NULL,
      repositories jsonb,
      stopped text,
      received_at bigint NOT NULL,
      released_at bigint
    )`);
    await q.query(
      `CREATE INDEX computations_answered ON computations (template, binding, epoch) WHERE repositories IS NOT NULL`,
    );
    await q.query(`CREATE TABLE sealed_parts (
      computation text NOT NULL REFERENCES computations (id),
      repository text NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (computation, repository)
    )`);
    await q.query(`CREATE TABLE epochs (
      epoch text PRIMARY KEY,
      secret bytea NOT NULL,
      share bytea NOT NULL,
      commitment text NOT NULL
    )`);
    await q.query(`CREATE TABLE ledger_outbox (
      id text PRIMARY KEY,
      command jsonb NOT NULL,
      state text NOT NULL CHECK (state IN ('NEW', 'SIGNED', 'COMMITTED', 'REFUSED')),
      tx_id text,
      tx_bytes bytea,
      height int,
      index int,
      refusal text
    )`);
    await q.query(`CREATE TABLE proofs_seen (id text PRIMARY KEY, expires_at timestamptz NOT NULL)`);
    await q.query(`CREATE INDEX proofs_seen_expiry ON proofs_seen (expires_at)`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['proofs_seen', 'ledger_outbox', 'epochs', 'sealed_parts', 'computations'])
      await q.query(`DROP TABLE ${table}`);
  }
}
