// What each program of the town is started with: one row a kind of program, so that a further one is a further row.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { b64u } from '../domain/canonical';
import { secureAddress } from '../wire';
import { ensureDatabase, ensureRole, type Postgres, quoted, runSql } from '../platform/postgres';
import type { Home, Ports } from './places';
import type { ProgramPlan } from './programs';

export const OPERATOR = 'aggregora-operator';

/** Who keeps a program in this town. */
export interface Cast {
  readonly owners: readonly string[];
  readonly searcher: string;
  /** Compute nodes, each an organisation of its own; none where nobody asks confidentially. */
  readonly nodes: readonly string[];
}

export const url = (port: number) => `http://127.0.0.1:${String(port)}`;
export const keyFile = (home: Home, participant: string) => home.at('keys', `${participant}.json`);
export const secretsFile = (home: Home, program: string) => home.at('secrets', `${program}.json`);

/** Plans by program: `exchange`, every owner, every node, `desk`. Databases and their roles are there when it returns. */
export async function programPlans(
  home: Home,
  ports: Ports,
  { owners, searcher, nodes }: Cast,
  postgres: Postgres,
  /** What every program is told of the ledger. */
  ledger: ProgramPlan['environment'] = {},
): Promise<ReadonlyMap<string, ProgramPlan>> {
  const exchange = url(ports.exchange);
  const serving = (port: number) => ({
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url(port),
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
  });
  const member = (id: string) => ({
    KEYS: keyFile(home, id),
    SECRETS: secretsFile(home, id),
    EXCHANGE_URL: exchange,
  });
  const stored = async (kind: string, id: string) => ({
    DATABASE_URL: await ownDatabase(postgres, home, `${kind}_${id.replaceAll('-', '_')}`),
  });
  const plans = new Map<string, ProgramPlan>();
  const add = (id: string, name: string, entry: string, environment: ProgramPlan['environment']): void => {
    plans.set(id, { name, entry, environment: { ...environment, ...ledger }, log: home.at('logs', `${id}.log`) });
  };
  add('exchange', 'the exchange', 'exchange/main.js', {
    ...serving(ports.exchange),
    DATABASE_URL: await ownDatabase(postgres, home, 'exchange'),
    KEYS: keyFile(home, OPERATOR),
    CONSOLE: join(__dirname, '..', '..', 'console'),
    ...passedOn(),
  });
  for (const id of owners) {
    const environment = { ...serving(ports.dataEnds[id] ?? 0), ...member(id), ...(await stored('data_end', id)) };
    add(id, `the data end of ${id}`, 'data-end/main.js', environment);
  }
  for (const id of nodes) {
    const port = ports.nodes[id] ?? 0;
    const own = { PUBLIC_URL: secureAddress(url(port)), ...(await stored('compute_node', id)) };
    const environment = { ...serving(port), ...member(id), ...own };
    add(id, `the compute node of ${id}`, 'compute-node/main.js', environment);
  }
  add('desk', `the desk of ${searcher}`, 'cli/desk-main.js', {
    PORT: String(ports.desk),
    KEYS: keyFile(home, searcher),
    BOOK: home.at('books', `${searcher}.jsonl`),
    SECRETS: secretsFile(home, 'desk'),
    EXCHANGE_URL: exchange,
    OPERATOR,
  });
  return plans;
}

/** A database with a role that owns it and can enter no other. */
async function ownDatabase(postgres: Postgres, home: Home, name: string): Promise<string> {
  const password = remembered(home.at('secrets', `database-${name}`));
  await ensureDatabase(postgres.url(), name);
  await ensureRole(postgres.url(), name, password);
  await runSql(
    postgres.url(),
    `ALTER DATABASE ${quoted(name)} OWNER TO ${quoted(name)}`,
    `REVOKE CONNECT ON DATABASE ${quoted(name)} FROM PUBLIC`,
  );
  return `postgres://${name}:${password}@127.0.0.1:${String(postgres.port)}/${name}`;
}

export function remembered(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(file, b64u(randomBytes(24)), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

/** Settings of the exchange that an operator may give to npm start. */
function passedOn(): Record<string, string> {
  return Object.fromEntries(
    ['REDIS_URL', 'ALLOW_VOLATILE_REDIS', 'MARKET_WEBHOOK_SECRET', 'OPERATOR_NAME_EN', 'OPERATOR_NAME_ZH'].flatMap(
      (name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      },
    ),
  );
}
