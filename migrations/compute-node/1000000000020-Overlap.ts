// Overlaps at a node: what both repositories signed in the second round, and the key of the node that comes next.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Overlap1000000000020 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE computations ADD COLUMN overlap jsonb`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE computations DROP COLUMN overlap');
  }
}
