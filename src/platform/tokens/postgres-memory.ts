// Remembers proof ids in the program's own database, so that a replay is caught by every replica; forgets them in time.
import type { DataSource } from 'typeorm';

/** `remember` of a TokenVerifier over a table `proofs_seen (id, expires_at)`. */
export function proofMemory(database: DataSource, now: () => number): (jti: string, until: number) => Promise<boolean> {
  let sweptAt = 0;
  return async (jti, until) => {
    if (now() - sweptAt > 60_000) {
      sweptAt = now();
      await database.query('DELETE FROM proofs_seen WHERE expires_at < $1', [new Date(now())]);
    }
    const rows = await database.query<unknown[]>(
      'INSERT INTO proofs_seen (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
      [jti, new Date(until)],
    );
    return rows.length === 1;
  };
}
