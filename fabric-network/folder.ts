// The one folder everything of a network lives in: names of its parts, atomic writes, and the lock of a running command.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NetworkError } from './network-error';

/** Paths inside a network's folder. Nothing here touches the disk. */
export class Folder {
  constructor(readonly root: string) {}
  readonly at = (...parts: string[]): string => join(this.root, ...parts);
  get networkFile(): string {
    return this.at('network.json');
  }
  get profileFile(): string {
    return this.at('profile.json');
  }
  get crypto(): string {
    return this.at('crypto');
  }
  organisation(name: string, ...parts: string[]): string {
    return this.at('crypto', 'peerOrganizations', `${name}.example`, ...parts);
  }
  ordererOrganisation(...parts: string[]): string {
    return this.at('crypto', 'ordererOrganizations', 'orderer.example', ...parts);
  }
  peer(organisation: string, ...parts: string[]): string {
    return this.organisation(organisation, 'peers', `peer.${organisation}.example`, ...parts);
  }
  orderer(seat: number, ...parts: string[]): string {
    return this.ordererOrganisation('orderers', `orderer${String(seat)}.orderer.example`, ...parts);
  }
  admin(organisation: string, ...parts: string[]): string {
    return this.organisation(organisation, 'users', `Admin@${organisation}.example`, ...parts);
  }
  ordererAdmin(...parts: string[]): string {
    return this.ordererOrganisation('users', 'Admin@orderer.example', ...parts);
  }
  config(program: string): string {
    return this.at('config', program);
  }
  log(program: string): string {
    return this.at('logs', `${program}.log`);
  }
  pid(program: string): string {
    return this.at('pids', `${program}.pid`);
  }
  exit(program: string): string {
    return this.at('pids', `${program}.exit`);
  }
  channel(name: string, ...parts: string[]): string {
    return this.at('channels', name, ...parts);
  }
}

/** Replaces a file in one step: a reader, or a kill −9, sees the old or the new text, never half of one. */
export function writeWhole(path: string, text: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${String(process.pid)}.part`;
  const file = openSync(part, 'w', mode);
  writeSync(file, typeof text === 'string' ? Buffer.from(text) : text);
  fsyncSync(file);
  closeSync(file);
  renameSync(part, path);
}

export const writeJson = (path: string, value: unknown): void => {
  writeWhole(path, `${JSON.stringify(value, undefined, 2)}\n`);
};

/** The parsed file, or undefined when there is none. The caller names the type: these are our own files. */
export function readJson(path: string): unknown {
  const text = readText(path);
  return text === undefined ? undefined : JSON.parse(text);
}

/** The text of a file, or undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs `work` while no other command works on this folder. A lock whose owner is dead is taken over. */
export async function locked<T>(folder: Folder, work: () => Promise<T>): Promise<T> {
  const path = folder.at('lock');
  mkdirSync(folder.root, { recursive: true });
  takeLock(path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function takeLock(path: string): void {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readText(path));
      if (owner > 0 && owner !== process.pid && isAlive(owner))
        throw new NetworkError(`Another command (pid ${String(owner)}) works on ${dirname(path)}.`, ['Wait for it.']);
      rmSync(path, { force: true });
    }
  }
  throw new NetworkError(`Cannot lock ${path}.`);
}

/** Whether a pid names a program that is still there (a zombie counts as gone on Linux). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = process.platform === 'linux' ? readText(`/proc/${String(pid)}/stat`) : undefined;
  return stat === undefined || !/\) [ZX] /.test(stat);
}
