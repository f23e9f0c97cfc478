// Large questions: what this node said of its noise under the challenge, once and for all.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Fingerprints1000000000040 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE computations ADD fingerprint jsonb`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE computations DROP fingerprint`);
  }
}
