// Large questions: the wrapped cells between contribution and fingerprint, when they go at the latest, and the fingerprint given.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeptCells1000000000050 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE contributions ADD kept bytea, ADD kept_until bigint, ADD fingerprint jsonb`);
    await q.query(`CREATE INDEX contributions_kept ON contributions (kept_until) WHERE kept IS NOT NULL`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE contributions DROP kept, DROP kept_until, DROP fingerprint`);
  }
}
