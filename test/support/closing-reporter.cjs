// Ends a test run: what did not run and why, then one plain line with the counts.
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');

module.exports = class ClosingReporter {
  onRunComplete(_contexts, results) {
    const text = `${notRun().join('')}${counts(results)}\n`;
    const file = process.env.AGGREGORA_TEST_RESULT;
    if (file === undefined) return void process.stdout.write(text);
    // The bootstrap prints it after jest is gone, so that nothing comes behind it.
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
};

/** A suite that did not even load counts as a failure. */
function counts(results) {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return `${results.numPassedTests} passed, ${failed} failed, ${results.numPendingTests + results.numTodoTests} skipped`;
}

function notRun() {
  const file = join(tmpdir(), `aggregora-test-${process.env.AGGREGORA_TEST_RUN}`, 'not-run.jsonl');
  if (!existsSync(file)) return [];
  const lines = [...new Set(readFileSync(file, 'utf8').trim().split('\n'))].map((line) => JSON.parse(line));
  return lines.map(({ suite, reason, what }) => `did not run: ${suite} because ${reason}; ${what}\n`);
}
