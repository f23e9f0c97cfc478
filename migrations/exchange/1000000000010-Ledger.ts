// The embedded ledger: blocks, transactions and events that can only be added to, and the present state beside them.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const logs = ['ledger_blocks', 'ledger_transactions', 'ledger_events'];

export class Ledger1000000000010 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE ledger_blocks (
      height bigint PRIMARY KEY CHECK (height >= 0),
      header bytea NOT NULL,
      signature bytea NOT NULL
    )`);
    await q.query(`CREATE TABLE ledger_transactions (
      height bigint NOT NULL REFERENCES ledger_blocks,
      index int NOT NULL CHECK (index >= 0),
      id text COLLATE "C" NOT NULL UNIQUE,
      body bytea NOT NULL,
      signature bytea NOT NULL,
      code text NOT NULL,
      writes jsonb NOT NULL,
      signed_by text NOT NULL,
      PRIMARY KEY (height, index)
    )`);
    await q.query(`CREATE TABLE ledger_events (
      height bigint NOT NULL,
      index int NOT NULL,
      place int NOT NULL,
      type text NOT NULL,
      key text NOT NULL,
      PRIMARY KEY (height, index, place),
      FOREIGN KEY (height, index) REFERENCES ledger_transactions
    )`);
    await q.query(`CREATE TABLE ledger_state (
      key text COLLATE "C" PRIMARY KEY,
      value jsonb NOT NULL,
      height bigint NOT NULL,
      index int NOT NULL,
      FOREIGN KEY (height, index) REFERENCES ledger_transactions
    )`);
    // Even a mistaken operator's own program cannot rewrite history: only new rows are let in.
    await q.query(`CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$`);
    for (const table of logs) {
      await q.query(`CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()`);
    }
    // State rows change but never disappear.
    await q.query(`CREATE TRIGGER ledger_state_stays BEFORE DELETE OR TRUNCATE ON ledger_state
      FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['ledger_state', 'ledger_events', 'ledger_transactions', 'ledger_blocks']) {
      await q.query(`DROP TABLE ${table}`);
    }
    await q.query('DROP FUNCTION ledger_append_only');
  }
}
