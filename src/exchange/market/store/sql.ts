// Plain SQL inside a named transaction: rows out, typed by who asks; amounts travel as text and become bigint here.
import type { DataSource, EntityManager } from 'typeorm';

/** A transaction, or the database itself where one statement is enough. */
export type Tx = Pick<EntityManager, 'query'>;

/** Rows of a SELECT or of INSERT … RETURNING. */
export const rows = <T>(tx: Tx, sql: string, values: readonly unknown[] = []): Promise<T[]> =>
  tx.query<T[]>(sql, [...values]);

/** The first row, if there is one. */
export const first = async <T>(tx: Tx, sql: string, values: readonly unknown[] = []): Promise<T | undefined> =>
  (await rows<T>(tx, sql, values))[0];

/** How many rows an UPDATE or DELETE touched; an INSERT says how many came back. */
export async function changed(tx: Tx, sql: string, values: readonly unknown[] = []): Promise<number> {
  const result: unknown = await tx.query(sql, [...values]);
  return Array.isArray(result) && typeof result[1] === 'number' ? result[1] : Array.isArray(result) ? result.length : 0;
}

/** A row whose time has no end: the largest instant a JavaScript date can be. */
export const FOREVER = 8_640_000_000_000_000;

/** deadlock_detected, serialization_failure: PostgreSQL undid everything, and the same work may simply be done again. */
const UNDONE: ReadonlySet<unknown> = new Set(['40P01', '40001']);
const TRIES = 6;

/** Work in one transaction; done again when it met another in a deadlock, because then nothing of it happened. */
export async function inTransaction<T>(database: DataSource, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (tried >= TRIES || !UNDONE.has((error as { code?: unknown }).code)) throw error;
    }
  }
}
