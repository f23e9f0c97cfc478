// Participants, the authorisation server's items, and proofs already seen.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Identity1000000000020 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE participants (
      id text PRIMARY KEY,
      name jsonb NOT NULL,
      organisation text NOT NULL,
      roles jsonb NOT NULL,
      state text NOT NULL CHECK (state IN ('applied', 'registered', 'suspended')),
      token_key jsonb NOT NULL,
      receipt_certificate bytea NOT NULL,
      ledger_certificate bytea NOT NULL,
      endpoint text,
      application text NOT NULL,
      applied_at timestamptz NOT NULL
    )`);
    await q.query(`CREATE TABLE oidc_items (
      kind text NOT NULL,
      id text NOT NULL,
      payload jsonb NOT NULL,
      grant_id text,
      expires_at timestamptz,
      PRIMARY KEY (kind, id)
    )`);
    await q.query(`CREATE INDEX oidc_items_grant ON oidc_items (grant_id)`);
    await q.query(`CREATE INDEX oidc_items_expiry ON oidc_items (expires_at)`);
    await q.query(`CREATE TABLE proofs_seen (id text PRIMARY KEY, expires_at timestamptz NOT NULL)`);
    await q.query(`CREATE INDEX proofs_seen_expiry ON proofs_seen (expires_at)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE proofs_seen');
    await q.query('DROP TABLE oidc_items');
    await q.query('DROP TABLE participants');
  }
}
