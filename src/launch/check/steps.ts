// The steps of the check: a name, what it asserts, and the command that does.
import { existsSync } from 'node:fs';

export interface Step {
  readonly name: string;
  readonly asserts: string;
  /** Arguments of Node. */
  readonly command: readonly string[];
  /** Why it cannot run on this checkout, if so. */
  readonly absent?: string;
}

const typescript = ['-r', '@swc-node/register'];
const tsc = ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false', '-p'];
const pages = 'src/console/tsconfig.json';
const own = (file: string, args: readonly string[] = []) => [...typescript, `src/launch/check/${file}.ts`, ...args];

/** Longest first, because two run at a time. `update` accepts new migrations and a new OpenAPI document. */
export function steps(update: boolean): readonly Step[] {
  const accept = update ? ['--update'] : [];
  return [
    {
      name: 'lint',
      asserts: 'typescript-eslint, strict and with types',
      command: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
    },
    { name: 'types', asserts: 'tsc, strict', command: [...tsc, 'tsconfig.json'] },
    {
      name: 'migrations',
      asserts: 'finished ones unchanged; up, down, up; entities match their tables',
      command: own('migrations', accept),
    },
    {
      name: 'rooms',
      asserts: 'each room opens only what the map allows; no cycles',
      command: [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        ...['--config', '.dependency-cruiser.cjs', 'src', 'fabric-network', 'migrations'],
      ],
    },
    {
      name: 'unused',
      asserts: 'no file, export or package that nobody needs',
      command: ['node_modules/knip/bin/knip.js', '--no-progress'],
    },
    {
      name: 'format',
      asserts: 'prettier, 120 columns',
      command: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
    },
    {
      name: 'pages',
      asserts: 'tsc over the console',
      command: [...tsc, pages],
      ...absentUnless(pages),
    },
    {
      name: 'openapi',
      asserts: 'the committed OpenAPI document is the one the routes give',
      command: own('openapi', accept),
      ...absentUnless('src/exchange/openapi.ts'),
    },
  ];
}

function absentUnless(file: string): { absent?: string } {
  return existsSync(file) ? {} : { absent: `there is no ${file}` };
}
