// Regenerates the exchange's OpenAPI document and compares it with the committed one; `--update` writes it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const committed = 'src/exchange/openapi.json';
const generator = 'dist/src/exchange/openapi.js';

/** The generator prints the document on standard output. */
function generated(): string {
  const run = spawnSync(process.execPath, [generator], { encoding: 'utf8', maxBuffer: 64 << 20, timeout: 60_000 });
  if (run.status !== 0) throw new Error(`${generator} failed:\n${run.stderr}`);
  return `${JSON.stringify(JSON.parse(run.stdout), null, 2)}\n`;
}

function main(update: boolean): number {
  const now = generated();
  if (update) writeFileSync(committed, now);
  const before = existsSync(committed) ? readFileSync(committed, 'utf8') : '';
  if (before === now) return 0;
  const lines = new Set(before.split('\n'));
  const changed = now.split('\n').filter((line) => !lines.has(line));
  process.stdout.write(`${committed} is not what the routes give; \`npm run check -- openapi --update\` writes it.\n`);
  process.stdout.write(`${changed.slice(0, 20).join('\n')}\n`);
  return 1;
}

process.exitCode = main(process.argv.includes('--update'));
