// Databases and roles: one role owns and migrates, the application's role owns nothing.
import { Client } from 'pg';

/** Quotes a name for SQL. Refuses what no name of ours contains. */
export function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_-]{0,62}$/.test(name)) throw new Error(`Not a database or role name: ${JSON.stringify(name)}`);
  return `"${name}"`;
}

/** Runs statements one after another on one connection, and closes it. */
export async function runSql(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes the database when it is missing. True when it was made now. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<boolean> {
  return ensure(adminUrl, 'SELECT 1 FROM pg_database WHERE datname = $1', name, `CREATE DATABASE ${quoted(name)}`);
}

/**
 * Makes a login role that may do nothing special, or sets its password anew. The password travels as a quoted literal, so it
 * must be hex or base64url.
 */
export async function ensureRole(adminUrl: string, name: string, password: string): Promise<void> {
  if (!/^[A-Za-z0-9_-]{16,}$/.test(password))
    throw new Error('A role password is at least 16 letters of A-Z a-z 0-9 _ -');
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  await ensure(adminUrl, 'SELECT 1 FROM pg_roles WHERE rolname = $1', name, `CREATE ROLE ${quoted(name)} ${rights}`);
  await runSql(adminUrl, `ALTER ROLE ${quoted(name)} WITH ${rights} PASSWORD '${password}'`);
}

async function ensure(adminUrl: string, question: string, name: string, statement: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query(question, [name]);
    if (found.rowCount !== 0) return false;
    await client.query(statement);
    return true;
  } catch (error) {
    if (ALREADY.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    await client.end();
  }
}

/** duplicate_database, duplicate_object, unique_violation: someone else made it in the same moment. */
const ALREADY: ReadonlySet<string> = new Set(['42P04', '42710', '23505']);
