// Plain SQL inside a named transaction: rows out, typed by who asks; amounts travel as text and become bigint here.
import type { EntityManager } from 'typeorm';

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
