// Parts in overlaps between their two rounds: the wrapped exponent lives here until the second one is over.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Overlap1000000000030 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE overlap_parts (
      xid uuid PRIMARY KEY REFERENCES contributions (xid),
      question text NOT NULL,
      repository text NOT NULL,
      cut_off bigint NOT NULL,
      hidden bytea,
      peer jsonb,
      list text,
      given text,
      crossing jsonb,
      sealed jsonb
    )`);
    await q.query(`CREATE INDEX overlap_parts_hidden ON overlap_parts (cut_off) WHERE hidden IS NOT NULL`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE overlap_parts');
  }
}
