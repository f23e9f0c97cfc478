// Everything a data end keeps: what it offers, who may ask, what it spent, what it answered, and its own tree of receipts.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DataEnd1000000000010 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE hosted_repositories (
      id text PRIMARY KEY,
      element jsonb NOT NULL,
      metadata jsonb NOT NULL,
      source jsonb NOT NULL,
      policy jsonb NOT NULL,
      data_version text NOT NULL,
      secret bytea NOT NULL,
      state text NOT NULL CHECK (state IN ('prepared', 'announced', 'retired'))
    )`);
    await q.query(`CREATE TABLE adopted_templates (
      repository text NOT NULL REFERENCES hosted_repositories (id),
      template text NOT NULL,
      document jsonb NOT NULL,
      policy jsonb NOT NULL,
      state text NOT NULL CHECK (state IN ('adopting', 'adopted', 'retired')),
      PRIMARY KEY (repository, template)
    )`);
    await q.query(`CREATE TABLE granted_permits (
      id text PRIMARY KEY,
      document jsonb NOT NULL,
      state text NOT NULL CHECK (state IN ('granting', 'granted', 'revoked'))
    )`);
    await q.query(`CREATE TABLE accounts (
      id text PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('rho', 'quota', 'money')),
      cap text NOT NULL,
      spent text NOT NULL,
      held text NOT NULL
    )`);
    await q.query(`CREATE TABLE exchanges (
      xid uuid PRIMARY KEY,
      searcher text NOT NULL,
      repository text NOT NULL,
      template text NOT NULL,
      state text NOT NULL,
      request bytea NOT NULL,
      request_statement text NOT NULL,
      decision jsonb,
      answer bytea,
      answer_statement text,
      e text,
      kind smallint,
      ack_statement text,
      final_statement text,
      searcher_proof jsonb,
      received_at bigint NOT NULL,
      answered_at bigint,
      acked_at bigint
    )`);
    await q.query(`CREATE INDEX exchanges_unacknowledged ON exchanges (searcher) WHERE state = 'ANSWERED'`);
    await q.query(`CREATE UNIQUE INDEX exchanges_e ON exchanges (e) WHERE e IS NOT NULL`);
    await q.query(`CREATE TABLE holds (
      xid uuid NOT NULL REFERENCES exchanges (xid),
      account text NOT NULL REFERENCES accounts (id),
      kind text NOT NULL CHECK (kind IN ('rho', 'quota', 'money')),
      amount text NOT NULL,
      state text NOT NULL CHECK (state IN ('HELD', 'CAPTURED', 'RELEASED', 'EXPIRED')),
      held_at bigint NOT NULL,
      PRIMARY KEY (xid, account)
    )`);
    await q.query(`CREATE INDEX holds_open ON holds (held_at) WHERE state = 'HELD'`);
    await q.query(`CREATE TABLE released_answers (
      question text PRIMARY KEY,
      repository text NOT NULL,
      xid uuid NOT NULL REFERENCES exchanges (xid),
      body bytea NOT NULL,
      tag bytea NOT NULL,
      rho text NOT NULL
    )`);
    await q.query(`CREATE TABLE leaves (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      index bigint UNIQUE,
      bytes bytea NOT NULL,
      e text,
      kind smallint NOT NULL,
      batch int,
      UNIQUE (e, kind)
    )`);
    await q.query(`CREATE INDEX leaves_pending ON leaves (id) WHERE index IS NULL`);
    await q.query(`CREATE TABLE batches (
      seq int PRIMARY KEY,
      size bigint NOT NULL,
      root text NOT NULL,
      consistency jsonb NOT NULL,
      previous text,
      tx_id text,
      tx_bytes bytea,
      height int,
      index int
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
    for (const table of [
      'proofs_seen',
      'ledger_outbox',
      'batches',
      'leaves',
      'released_answers',
      'holds',
      'exchanges',
      'accounts',
      'granted_permits',
      'adopted_templates',
      'hosted_repositories',
    ]) {
      await q.query(`DROP TABLE ${table}`);
    }
  }
}
