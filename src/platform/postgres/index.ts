// The embedded PostgreSQL: a real server from the npm package, for machines where nobody gave us one.
export { startPostgres, type Postgres, type PostgresOptions } from './server';
export { freePort } from './ports';
export { ensureDatabase, ensureRole, quoted, runSql } from './roles';
export { alive, stopProcess } from './leftover';
