// Overlaps on their way: each repository's list, sealed to the other, and what both signed in the second round.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Overlap1000000000310 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE confidential_parts ADD COLUMN list text, ADD COLUMN crossing jsonb`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE confidential_parts DROP COLUMN list, DROP COLUMN crossing');
  }
}
