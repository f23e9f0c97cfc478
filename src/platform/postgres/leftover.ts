// What an earlier run may have left: a server without its parent, a postmaster.pid whose number now belongs to someone else.
import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Is there a process with this id (ours or not)? */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The id of a live server of exactly this cluster, or undefined. Reads /proc where there is one, else trusts the number. */
export function serverOf(cluster: string): number | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !alive(pid)) return undefined;
  if (process.platform !== 'linux') return pid;
  try {
    return readlinkSync(`/proc/${String(pid)}/cwd`) === cluster ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Stops a server that outlived its parent and removes a postmaster.pid that no server stands behind. */
export async function clearLeftover(cluster: string): Promise<void> {
  const pid = serverOf(cluster);
  if (pid !== undefined) await stopProcess(pid, 15_000);
  if (serverOf(cluster) === undefined) rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

/** SIGINT (PostgreSQL's fast shutdown), and SIGQUIT when it is still there after `limitMs`. */
export async function stopProcess(pid: number, limitMs: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await gone(pid, limitMs)) return;
  signal(pid, 'SIGQUIT');
  await gone(pid, 5_000);
}

/** Sends a signal, and does not mind a process that is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already: what we wanted.
  }
}

async function gone(pid: number, limitMs: number): Promise<boolean> {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if (!alive(pid)) return true;
    await wait(20);
  }
  return !alive(pid);
}
