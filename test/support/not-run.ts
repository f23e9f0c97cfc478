// A suite that cannot run here says so by name, and the end of the test run repeats it: nothing is skipped in silence.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './postgres';

/** Registers "did not run: <suite> because <reason>, do <remedy>"; the reporter prints it after the last test. */
export function notRun(suite: string, reason: string, remedy: string): void {
  mkdirSync(runFolder(), { recursive: true });
  appendFileSync(join(runFolder(), 'not-run.jsonl'), `${JSON.stringify({ suite, reason, remedy })}\n`);
}

/** `describe` where `reason` is undefined; else a skipped suite that is registered as not run. */
export function describeIf(reason: string | undefined, suite: string, remedy: string, tests: () => void): void {
  if (reason === undefined) {
    describe(suite, tests);
    return;
  }
  notRun(suite, reason, remedy);
  describe.skip(`${suite} (did not run: ${reason})`, tests);
}
