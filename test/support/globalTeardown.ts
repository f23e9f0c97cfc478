// After a jest run: stops the shared database cluster and removes the run's folder.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopProcess } from '../../src/platform/postgres';
import { serverOf } from '../../src/platform/postgres/leftover';
import { runFolder } from './postgres';

export default async function globalTeardown(): Promise<void> {
  await removeRun(runFolder());
}

/** Stops the run's server, if one stands behind its folder, and removes the folder. */
export async function removeRun(folder: string): Promise<void> {
  const postgres = join(folder, 'postgres');
  const pointer = join(postgres, 'location');
  const place = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : postgres;
  const pid = serverOf(join(place, 'cluster'));
  if (pid !== undefined) await stopProcess(pid, 10_000);
  if (place !== postgres) rmSync(place, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
