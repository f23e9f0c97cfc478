// Large questions: what repositories and nodes said under the challenge, between the sealed sums and the completion.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Fingerprints1000000000340 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE confidential_runs ADD fingerprints jsonb`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE confidential_runs DROP fingerprints`);
  }
}
