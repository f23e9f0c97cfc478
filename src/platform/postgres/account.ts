// Which operating system account runs the database server: PostgreSQL refuses to run as root.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A user and group id with a line in the password file; undefined means "as we are". */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ['postgres', 'nobody'];

/** The account to drop to when we are root (`postgres`, else `nobody`), or undefined when nothing has to be dropped. */
export function serverAccount(): Account | undefined {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of CANDIDATES) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(
    'Running as root, and the machine has neither a "postgres" nor a "nobody" account to run PostgreSQL under.',
  );
}

/** Spawn options that run a program under the account. */
export function under(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** Can the account read and execute this path, every folder above it included? */
export function reachable(path: string, account: Account | undefined): boolean {
  if (!account) return true;
  const test = spawnSync('/bin/sh', ['-c', 'test -x "$1" && test -r "$1"', 'sh', path], {
    ...under(account),
    cwd: '/',
  });
  return test.status === 0;
}
