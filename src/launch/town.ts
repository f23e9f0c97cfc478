// The whole exchange on one machine: PostgreSQL, the exchange, a data end for each owner, the searcher's desk. Each a process with its own keys and database.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { b64u } from '../domain/canonical';
import { ensureDatabase, ensureRole, type Postgres, quoted, runSql, startPostgres } from '../platform/postgres';
import { makeKeys, saveKeys } from '../sdk/wallet/wallet';
import { type Keyring, readKeyring } from '../wire';
import { type Home, isFree, type Ports, ports } from './places';
import { type Program, type ProgramPlan, startProgram } from './programs';

export const OPERATOR = 'aggregora-operator';

export interface Town {
  readonly home: Home;
  readonly ports: Ports;
  readonly exchangeUrl: string;
  readonly deskUrl: string;
  /** The server that runs now: another one after `start('postgres')`. */
  readonly postgres: Postgres;
  dataEndUrl(owner: string): string;
  /** The code of a program's own people. */
  deskCode(program: string): string;
  keys(participant: string): Promise<Keyring>;
  keyFile(participant: string): string;
  readonly programs: Map<string, Program>;
  /** Starts one program (or `postgres`) anew, on its port: after a crash, or because it was stopped. */
  start(name: string): Promise<void>;
  stop(): Promise<void>;
}

export type Say = (what: string) => void;

/** Everything but the desk is up when it returns: the desk needs a registered searcher. */
export async function openTown(home: Home, owners: readonly string[], searcher: string, say: Say): Promise<Town> {
  const known = existsSync(home.at('ports.json'));
  const chosen = await ports(home, owners);
  await portsMustBeFree(chosen, known);
  say('PostgreSQL');
  const database = { folder: home.at('postgres'), settings: { max_connections: 200 } };
  let postgres = await startPostgres(database);
  const programs = new Map<string, Program>();
  const url = (port: number) => `http://127.0.0.1:${String(port)}`;
  const keyFile = (participant: string) => home.at('keys', `${participant}.json`);
  const secretsFile = (program: string) => home.at('secrets', `${program}.json`);
  const town: Town = {
    home,
    ports: chosen,
    exchangeUrl: url(chosen.exchange),
    deskUrl: url(chosen.desk),
    get postgres() {
      return postgres;
    },
    dataEndUrl: (owner) => url(chosen.dataEnds[owner] ?? 0),
    deskCode: (program) => (JSON.parse(readFileSync(secretsFile(program), 'utf8')) as { deskCode: string }).deskCode,
    keyFile,
    keys: async (participant) => {
      await ensureKeys(keyFile(participant), participant);
      return readKeyring(keyFile(participant));
    },
    programs,
    start: async (name) => {
      if (name === 'postgres') {
        const { port } = postgres; // Addresses with this port are in every program's settings.
        await postgres.stop();
        postgres = await startPostgres({ ...database, port });
        return;
      }
      const plan = plans.get(name);
      if (plan === undefined) throw new Error(`No program is called ${name}.`);
      programs.set(name, await startProgram(plan));
    },
    stop: async () => {
      for (const program of [...programs.values()].reverse()) await program.stop();
      await postgres.stop();
    },
  };
  const plans = new Map<string, ProgramPlan>();
  const serving = (port: number) => ({
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url(port),
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
  });
  await town.keys(OPERATOR);
  plans.set('exchange', {
    name: 'the exchange',
    entry: 'exchange/main.js',
    environment: {
      ...serving(chosen.exchange),
      DATABASE_URL: await ownDatabase(postgres, home, 'exchange'),
      KEYS: keyFile(OPERATOR),
      CONSOLE: join(__dirname, '..', '..', 'console'),
      ...passedOn(),
    },
    log: home.at('logs', 'exchange.log'),
  });
  for (const owner of owners) {
    await town.keys(owner);
    plans.set(owner, {
      name: `the data end of ${owner}`,
      entry: 'data-end/main.js',
      environment: {
        ...serving(chosen.dataEnds[owner] ?? 0),
        DATABASE_URL: await ownDatabase(postgres, home, `data_end_${owner.replaceAll('-', '_')}`),
        KEYS: keyFile(owner),
        SECRETS: secretsFile(owner),
        EXCHANGE_URL: town.exchangeUrl,
      },
      log: home.at('logs', `${owner}.log`),
    });
  }
  await town.keys(searcher);
  plans.set('desk', {
    name: `the desk of ${searcher}`,
    entry: 'cli/desk-main.js',
    environment: {
      PORT: String(chosen.desk),
      KEYS: keyFile(searcher),
      BOOK: home.at('books', `${searcher}.jsonl`),
      SECRETS: secretsFile('desk'),
      EXCHANGE_URL: town.exchangeUrl,
      OPERATOR,
    },
    log: home.at('logs', 'desk.log'),
  });
  try {
    say('the exchange');
    await town.start('exchange');
    for (const owner of owners) {
      say(`the data end of ${owner}`);
      await town.start(owner);
    }
  } catch (error) {
    await town.stop();
    throw error;
  }
  return town;
}

async function portsMustBeFree({ exchange, desk, dataEnds }: Ports, known: boolean): Promise<void> {
  for (const port of [exchange, desk, ...Object.values(dataEnds)]) {
    if (!(await isFree(port))) {
      const other = known
        ? 'Stop the other program (perhaps an Aggregora that is still running), or use another folder: AGGREGORA_HOME=… npm start'
        : 'Try again';
      throw new Error(`Port ${String(port)} is in use, and this exchange is registered there. ${other}.`);
    }
  }
}

async function ensureKeys(file: string, participant: string): Promise<void> {
  if (!existsSync(file)) saveKeys(file, await makeKeys(participant, Date.now()));
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
    ['REDIS_URL', 'ALLOW_VOLATILE_REDIS', 'LEDGER', 'FABRIC_PROFILE'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
