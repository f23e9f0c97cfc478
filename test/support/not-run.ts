// A suite that cannot run here says so by name, and the end of the test run repeats it: nothing is skipped in silence.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './postgres';

/** Registers "did not run: <suite> because <reason>; <what to do>"; the reporter prints it after the last test. */
export function notRun(suite: string, reason: string, what: string): void {
  mkdirSync(runFolder(), { recursive: true });
  appendFileSync(join(runFolder(), 'not-run.jsonl'), `${JSON.stringify({ suite, reason, what })}\n`);
}

/** `describe` where `reason` is undefined; else a skipped suite that is registered as not run, with what to do about it. */
export function describeOr(reason: string | undefined, suite: string, what: string, body: () => void): void {
  if (reason === undefined) {
    describe(suite, body);
    return;
  }
  notRun(suite, reason, what);
  describe.skip(`${suite} (did not run: ${reason})`, body);
}
