// Messages the exchange relays between searchers and data ends.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Broker1000000000060 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE relayed_exchanges (
      xid uuid PRIMARY KEY,
      searcher text NOT NULL,
      owner text NOT NULL,
      repository text NOT NULL,
      template text NOT NULL,
      permit text NOT NULL,
      state text NOT NULL CHECK (state IN ('QUEUED', 'ANSWERED', 'UNDELIVERABLE', 'ACKED', 'FINAL')),
      request bytea NOT NULL,
      request_statement text NOT NULL,
      answer bytea,
      answer_statement text,
      refusal text,
      queued_at timestamptz NOT NULL,
      answered_at timestamptz
    )`);
    await q.query(`CREATE INDEX relayed_exchanges_searcher ON relayed_exchanges (searcher)`);
    await q.query(`CREATE INDEX relayed_exchanges_owner ON relayed_exchanges (owner)`);
    await q.query(`CREATE INDEX relayed_exchanges_queued ON relayed_exchanges (queued_at) WHERE state = 'QUEUED'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE relayed_exchanges');
  }
}
