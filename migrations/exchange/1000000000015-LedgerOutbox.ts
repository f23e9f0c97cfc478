// Ledger commands that the operator signs.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LedgerOutbox1000000000015 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
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
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE ledger_outbox');
  }
}
