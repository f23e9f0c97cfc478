// Looks for planted values in every table of a database, as text, hexadecimal and base64url.
import { Client as Sql } from 'pg';

/** Tables and values that were found in them. */
export async function search(url: string, needles: readonly string[]): Promise<string[]> {
  const sql = new Sql({ connectionString: url });
  await sql.connect();
  try {
    const tables = await sql.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables.rows) {
      for (const needle of needles) {
        const forms = [needle, Buffer.from(needle).toString('hex'), Buffer.from(needle).toString('base64url')];
        const hits = await sql.query<{ n: string }>(
          `SELECT count(*) AS n FROM ${name} AS row WHERE ${forms.map((_, at) => `strpos(row::text, $${String(at + 1)}) > 0`).join(' OR ')}`,
          forms,
        );
        if (hits.rows[0]?.n !== '0') found.push(`${name} ${needle}`);
      }
    }
    return found;
  } finally {
    await sql.end();
  }
}
