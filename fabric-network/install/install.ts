// Fills the cache with Fabric's programs from the release archive, in one step once everything has been checked.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Environment, cacheFolder, printedVersion, programNames, wantedVersion } from '../binaries';
import { NetworkError } from '../network-error';
import { download } from './download';
import { archiveFor } from './pins';

const run = promisify(execFile);

export interface Installed {
  readonly folder: string;
  /** false: the programs were there already and nothing was fetched. */
  readonly fetched: boolean;
}

/** Fetches, checks and unpacks; returns the folder of the programs. Throws NetworkError and leaves no half-filled folder. */
export async function install(
  env: Environment,
  progress: (bytes: number, total: number | undefined) => void,
  machine = { platform: process.platform as string, architecture: process.arch as string, stallMs: 30_000 },
): Promise<Installed> {
  const bin = join(cacheFolder(env), 'bin');
  if (await isComplete(bin)) return { folder: bin, fetched: false };
  const archive = archiveFor(machine.platform, machine.architecture, env);
  const target = join(cacheFolder(env), 'download', archive.file);
  mkdirSync(dirname(target), { recursive: true });
  await download({ url: archive.url, target, sha256: archive.sha256, progress, stallMs: machine.stallMs });
  await unpack(target, bin);
  rmSync(dirname(target), { recursive: true, force: true });
  return { folder: bin, fetched: true };
}

async function isComplete(bin: string): Promise<boolean> {
  if (!programNames.every((name) => existsSync(join(bin, name)))) return false;
  const versions = await Promise.all(programNames.map((name) => printedVersion(name, join(bin, name))));
  return versions.every((version) => version === wantedVersion);
}

async function unpack(archive: string, bin: string): Promise<void> {
  const room = `${bin}.${String(process.pid)}.part`;
  rmSync(room, { recursive: true, force: true });
  mkdirSync(room, { recursive: true });
  try {
    await run('tar', ['-xzf', archive, '-C', room]);
    const unpacked = join(room, 'bin');
    if (!(await isComplete(unpacked)))
      throw new NetworkError(
        `The archive has no complete set of ${programNames.join(', ')} of version ${wantedVersion} for this machine.`,
      );
    rmSync(bin, { recursive: true, force: true });
    renameSync(unpacked, bin);
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}
