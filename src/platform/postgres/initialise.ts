// First start of a cluster: a random superuser password and initdb.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { under, type Account } from './account';
import { program } from './native';
import type { Home } from './home';

/** The superuser of an embedded cluster; only this process and the owner of the folder know its password. */
export const SUPERUSER = 'postgres';

/** The superuser's password: made once, kept in `folder/password` with mode 0600. */
export function passwordOf(folder: string): string {
  const file = join(folder, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** Runs initdb unless the cluster exists. A half-made cluster of a killed first start is removed first. */
export function initialise(home: Home, native: string, account: Account | undefined): void {
  const done = join(home.folder, 'initialised');
  if (existsSync(done)) return;
  const password = passwordOf(home.folder);
  empty(home.cluster);
  const file = join(home.place, 'initial-password');
  rmSync(file, { force: true });
  writeFileSync(file, password, { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
  try {
    initdb(home, native, account, file);
  } finally {
    rmSync(file, { force: true });
  }
  chmodSync(home.cluster, 0o700);
  writeFileSync(done, 'initdb finished\n');
}

function empty(cluster: string): void {
  for (const name of readdirSync(cluster)) rmSync(join(cluster, name), { recursive: true });
}

function initdb(home: Home, native: string, account: Account | undefined, passwordFile: string): void {
  const flags = [
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--locale=C.UTF-8',
    '--encoding=UTF8',
    '--no-sync',
  ];
  const run = spawnSync(program(native, 'initdb'), ['-D', home.cluster, '-U', SUPERUSER, ...flags], {
    ...under(account),
    cwd: home.cluster,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`initdb failed: ${run.stderr || String(run.error)}`);
}
