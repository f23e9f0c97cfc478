// One process at a time may run the cluster of a folder: `owner` names it, and a dead owner counts for nothing.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alive } from './leftover';

/** Takes the folder for this process. Throws when another live process has it. */
export function claim(folder: string): void {
  const file = join(folder, 'owner');
  const other = existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) : 0;
  if (
    other > 0 &&
    other !== process.pid &&
    alive(other) &&
    startOf(other) === readFileSync(file, 'utf8').split(' ')[1]
  ) {
    throw new Error(
      `The database in ${folder} is in use by process ${String(other)}. Stop that one, or choose another folder.`,
    );
  }
  writeFileSync(file, `${String(process.pid)} ${startOf(process.pid)}`);
}

/** Gives the folder back. */
export function release(folder: string): void {
  rmSync(join(folder, 'owner'), { force: true });
}

/** Kernel ticks at which a process began, so that a reused process id is not mistaken for the owner; '' where /proc is missing. */
function startOf(pid: number): string {
  try {
    const line = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
