// The folders of one embedded cluster: the asked-for folder keeps password and port, the cluster lies where its account can reach it.
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reachable, type Account } from './account';
import { serverOf } from './leftover';

export interface Home {
  /** What the caller named: `password`, `port`, `owner`, `location` lie here. */
  readonly folder: string;
  /** Where `native/` may be copied and `cluster/`, `server.log` lie. */
  readonly place: string;
  readonly cluster: string;
  readonly log: string;
}

/**
 * Makes the folders. When we are root and a folder above is closed to the server's account (a checkout under a 0700 folder),
 * the cluster goes to /var/lib/aggregora/<hash of the folder>, and `location` says so; deleting the folder does not delete it,
 * except where the folder was a temporary one.
 */
export function makeHome(asked: string, account: Account | undefined): Home {
  const folder = resolve(asked);
  mkdirSync(folder, { recursive: true });
  if (account) chmodSync(folder, 0o711);
  const place = placeOf(folder, account);
  mkdirSync(place, { recursive: true });
  if (account) chmodSync(place, 0o755);
  const cluster = join(place, 'cluster');
  mkdirSync(cluster, { recursive: true });
  if (account) chownSync(cluster, account.uid, account.gid);
  chmodSync(cluster, 0o700);
  return { folder, place, cluster, log: join(place, 'server.log') };
}

function placeOf(folder: string, account: Account | undefined): string {
  const pointer = join(folder, 'location');
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim();
  const probe = join(folder, 'probe');
  mkdirSync(probe, { recursive: true });
  chmodSync(probe, 0o755);
  if (reachable(probe, account)) return folder;
  sweepTemporary();
  const place = join(ELSEWHERE, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'home'), folder);
  writeFileSync(pointer, `${place}\n`);
  return place;
}

const ELSEWHERE = '/var/lib/aggregora';

/** Clusters of temporary folders that are gone (test worlds) go too; any other cluster stays until somebody deletes it by hand. */
function sweepTemporary(): void {
  if (!existsSync(ELSEWHERE)) return;
  for (const name of readdirSync(ELSEWHERE)) {
    const place = join(ELSEWHERE, name);
    const note = join(place, 'home');
    const folder = existsSync(note) ? readFileSync(note, 'utf8') : '';
    const gone = folder.startsWith(`${tmpdir()}/`) && !existsSync(folder);
    if (gone && serverOf(join(place, 'cluster')) === undefined) rmSync(place, { recursive: true, force: true });
  }
}
