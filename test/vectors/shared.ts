// Where the published vectors lie; suites that need them are skipped with a printed reason when they are absent.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const shared = process.env['AGGREGORA_SHARED'] ?? resolve(__dirname, '../../../shared');

/** Folder of a published suite. */
export function vectorFolder(suite: string): string {
  return resolve(shared, 'vectors', suite);
}

/** `describe` when the suite is on this machine, else a skipped one that says why. */
export function describeVectors(suite: string, body: (folder: string) => void): void {
  const folder = vectorFolder(suite);
  if (existsSync(folder))
    describe(suite, () => {
      body(folder);
    });
  else
    describe.skip(`${suite} (no vectors at ${folder}; set AGGREGORA_SHARED)`, () => {
      test.todo('published vectors');
    });
}
