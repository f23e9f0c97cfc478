// A program's database: migrated once however many replicas start, and bounded in what one statement may take.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openDatabase } from '.';
import { freshDatabase, type FreshDatabase } from '../../../test/support/postgres';

class Slow1000000000001 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('CREATE TABLE made (n int)');
    await q.query('SELECT pg_sleep(0.3)');
    await q.query('INSERT INTO made VALUES (1)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE made');
  }
}

class Broken1000000000002 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('CREATE TABLE half (n int)');
    throw new Error('broken on purpose');
  }

  async down(): Promise<void> {
    // Nothing was made.
  }
}

describe('a program database', () => {
  let fresh: FreshDatabase;
  beforeEach(async () => {
    fresh = await freshDatabase();
  });
  afterEach(() => fresh.drop());

  const open = (...migrations: (new () => MigrationInterface)[]) =>
    openDatabase({ url: fresh.url, entities: [], migrations, connections: 4 });

  it('is migrated once when four replicas start together', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => open(Slow1000000000001)));
    expect(await all[0]?.query('SELECT n FROM made')).toEqual([{ n: 1 }]);
    await Promise.all(all.map((one) => one.destroy()));
  });

  it('keeps nothing of a migration that failed, and starts when it is repaired', async () => {
    await expect(open(Slow1000000000001, Broken1000000000002)).rejects.toThrow('broken on purpose');
    const database = await open(Slow1000000000001);
    expect(await database.query(`SELECT to_regclass('half') AS half, to_regclass('made') IS NOT NULL AS made`)).toEqual(
      [{ half: null, made: true }],
    );
    await database.destroy();
  });

  it('lets no statement run for ever', async () => {
    const database = await open();
    expect(await database.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '1min' }]);
    await database.destroy();
  });
});
