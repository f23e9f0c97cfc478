// Contributions to confidential questions: one a repository and question, with the tag that lets them out again.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Confidential1000000000020 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE contributions (
      xid uuid PRIMARY KEY REFERENCES exchanges (xid),
      question text NOT NULL,
      repository text NOT NULL,
      body bytea,
      tag bytea,
      UNIQUE (question, repository)
    )`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE contributions');
  }
}
