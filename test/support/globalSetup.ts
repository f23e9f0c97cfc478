// Before a jest run: names the run, so that all its workers share one database cluster, and sweeps what dead runs left.
import { mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alive } from '../../src/platform/postgres';
import { removeRun } from './globalTeardown';

export default async function globalSetup(): Promise<void> {
  process.env['AGGREGORA_TEST_RUN'] = String(process.pid);
  await sweep();
  mkdirSync(join(tmpdir(), `aggregora-test-${String(process.pid)}`), { recursive: true });
}

async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^aggregora-test-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !alive(Number(pid))) await removeRun(join(tmpdir(), name));
  }
}
