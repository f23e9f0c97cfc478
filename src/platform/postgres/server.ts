// Starts and stops the embedded PostgreSQL server: loopback only, password always, no socket folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { serverAccount, under, type Account } from './account';
import { makeHome, type Home } from './home';
import { initialise, passwordOf, SUPERUSER } from './initialise';
import { clearLeftover, signal, stopProcess } from './leftover';
import { program, usableNative } from './native';
import { claim, release } from './owner';
import { portFor, rememberPort } from './ports';

export interface PostgresOptions {
  /** Kept between runs: cluster, password, port. */
  readonly folder: string;
  /** false only for tests: commits are not made durable. */
  readonly fsync?: boolean;
  /** Further `name=value` settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** A fixed port; without it last time's port, or a free one. */
  readonly port?: number;
  /** The server outlives this process (a cluster that several processes share). Whoever wants it gone uses the pid. */
  readonly outlive?: boolean;
}

export interface Postgres {
  readonly port: number;
  readonly pid: number;
  /** Superuser's connection string; without a name the database `postgres`. */
  url(database?: string): string;
  /** Fast shutdown; resolves when the server is gone. */
  stop(): Promise<void>;
}

const ATTEMPTS = 5;

/**
 * Starts the cluster of the folder, making it on first use. Survives what a crash leaves: an orphaned server is stopped, a stale
 * postmaster.pid removed, a taken port replaced. Throws when another live process of ours holds the folder.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const account = serverAccount();
  const home = makeHome(options.folder, account);
  claim(home.folder);
  const native = usableNative(home.place, account);
  await clearLeftover(home.cluster);
  initialise(home, native, account);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await portFor(home.folder));
    const child = launch(home, native, account, port, options);
    if (await ready(child, port, passwordOf(home.folder))) return running(home, child, port, options);
    if (attempt === ATTEMPTS)
      throw new Error(`PostgreSQL did not start. Its log (${home.log}) ends:\n${lastLines(home.log)}`);
    await wait(300 * attempt);
  }
}

function running(home: Home, child: ChildProcess, port: number, options: PostgresOptions): Postgres {
  const pid = child.pid ?? 0;
  const onExit = (): void => {
    signal(pid, 'SIGINT');
  };
  rememberPort(home.folder, port);
  child.unref();
  if (options.outlive !== true) process.once('exit', onExit);
  return {
    port,
    pid,
    url: (database = 'postgres') => urlOf(port, passwordOf(home.folder), database),
    stop: async () => {
      process.removeListener('exit', onExit);
      await stopProcess(pid, 20_000);
      release(home.folder);
    },
  };
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${String(port)}/${encodeURIComponent(database)}`;
}

function launch(
  home: Home,
  native: string,
  account: Account | undefined,
  port: number,
  options: PostgresOptions,
): ChildProcess {
  const log = openSync(home.log, 'a', 0o600);
  const flags = Object.entries(settingsOf(port, options)).flatMap(([name, value]) => [
    '-c',
    `${name}=${String(value)}`,
  ]);
  const child = spawn(program(native, 'postgres'), ['-D', home.cluster, ...flags], {
    ...under(account),
    cwd: home.cluster,
    detached: true, // Ctrl-C in the terminal goes to us; we close connections first and stop the server last.
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
  });
  child.on('error', () => undefined); // `ready` sees it as an exit.
  closeSync(log);
  return child;
}

function settingsOf(port: number, options: PostgresOptions): Record<string, string | number> {
  return {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_error_verbosity: 'terse', // Details of an error may quote a row.
    log_min_error_statement: 'panic', // Never the statement's text either.
    ...(options.fsync === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    ...options.settings,
  };
}

async function ready(child: ChildProcess, port: number, password: string): Promise<boolean> {
  let ended = child.pid === undefined;
  child.once('exit', () => {
    ended = true;
  });
  for (let waited = 0; waited < 60_000 && !ended; waited += 50) {
    if (await answers(urlOf(port, password, 'postgres'))) return !ended;
    await wait(50);
  }
  if (child.pid !== undefined) await stopProcess(child.pid, 2_000);
  return false;
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
