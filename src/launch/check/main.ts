// `npm run check [step …]`: everything about the sources that a machine can tell without running the tests.
import { existsSync } from 'node:fs';
import pc from 'picocolors';
import { checkMigrations } from './migrations';
import { checkOpenApi } from './openapi';
import { programStep, type Step } from './step';

const TSC = 'node_modules/typescript/bin/tsc';
const SOURCES = ['src', 'test', 'migrations', 'fabric-network'];
const LINT_CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', '.aggregora/eslint.json'];

const steps: readonly Step[] = [
  programStep('types', 'strict TypeScript over all sources and tests', TSC, '--noEmit'),
  ...optional('src/console/tsconfig.json', (file) =>
    programStep('console-types', 'the pages too', TSC, '--noEmit', '-p', file),
  ),
  ...optional('chaincode/tsconfig.json', (file) =>
    programStep('chaincode-types', 'the chaincode too', TSC, '--noEmit', '-p', file),
  ),
  programStep(
    'rooms',
    'every room opens only what the table allows, no cycles',
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    'src',
    'migrations',
    'test',
  ),
  programStep(
    'format',
    'prettier at 120 columns',
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    '.',
  ),
  programStep(
    'unused',
    'no file and no package that nobody uses',
    'node_modules/knip/bin/knip.js',
    '--no-progress',
    '--no-config-hints',
  ),
  {
    name: 'migrations',
    promise: 'sealed files unchanged, up-down-up on a real PostgreSQL, no drift to entities',
    run: checkMigrations,
  },
  { name: 'openapi', promise: 'the committed API document is what the code says', run: checkOpenApi },
  programStep(
    'lint',
    'typescript-eslint strict, type-checked',
    'node_modules/eslint/bin/eslint.js',
    ...LINT_CACHE,
    ...SOURCES,
  ),
];

function optional(file: string, step: (file: string) => Step): readonly Step[] {
  return existsSync(file) ? [step(file)] : [];
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `No such step: ${unknown.join(', ')}. There are: ${steps.map((step) => step.name).join(', ')}\n`,
    );
    return 2;
  }
  const failed: string[] = [];
  for (const step of steps) {
    if (names.length > 0 && !names.includes(step.name)) continue;
    if (!(await report(step))) failed.push(step.name);
  }
  process.stdout.write(failed.length === 0 ? 'check: all steps passed\n' : `check: failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

async function report(step: Step): Promise<boolean> {
  const from = performance.now();
  const { ok, text } = await step
    .run()
    .catch((error: unknown) => ({ ok: false, text: error instanceof Error ? error.message : String(error) }));
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  process.stdout.write(`${ok ? pc.green('✓') : pc.red('✗')} ${step.name.padEnd(15)} ${step.promise} (${seconds} s)\n`);
  if (text !== '') process.stdout.write(`${text.replace(/^/gm, '    ')}\n`);
  return ok;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
