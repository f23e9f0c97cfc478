// Runs the measures of a folder of test/: each file or room exports `run(options)`; figures go out as tables, or as JSON with --json.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { show } from './show';

type Option = string | number | boolean;
type Options = Readonly<Record<string, Option>>;

interface Measure {
  run(options: Options): unknown;
}

interface Call {
  readonly names: readonly string[];
  readonly options: Options;
}

/** `noise --draws 1000` names a measure; so does an option that is called like one (`--kills 20`). Numbers become numbers. */
function callOf(args: readonly string[], known: readonly string[]): Call {
  const { tokens } = parseArgs({ args: [...args], strict: false, allowPositionals: true, tokens: true });
  const options: Record<string, Option> = {};
  const names: string[] = [];
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    if (token.kind === 'option') {
      options[token.name] = valueOf(token.value);
      if (known.includes(token.name)) names.push(token.name);
    } else if (token.kind === 'positional') {
      const belongs = before?.kind === 'option' && before.value === undefined && before.name !== 'json';
      if (belongs && !known.includes(token.value)) options[before.name] = valueOf(token.value);
      else names.push(token.value);
    }
  });
  return { names: [...new Set(names)], options };
}

const valueOf = (text: string | undefined): Option =>
  text === undefined ? true : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;

async function main([folder = '', ...args]: readonly string[]): Promise<number> {
  const home = join(__dirname, '..', folder);
  const known = existsSync(home) ? measuresIn(home) : [];
  const { names, options } = callOf(args, known);
  const wrong = names.filter((name) => !known.includes(name));
  if (names.length === 0 || wrong.length > 0) {
    process.stderr.write(`Say which: ${known.join(', ') || `test/${folder} has nothing to run yet`}\n`);
    return 2;
  }
  const json = options['json'] === true;
  const reports: Record<string, unknown> = {};
  for (const name of names) {
    const measure = (await import(join(home, name))) as Measure;
    if (!json) process.stderr.write(`${name} …\n`);
    const report = await measure.run(options);
    reports[name] = report;
    if (!json) process.stdout.write(`${show(report)}\n`);
  }
  if (json) process.stdout.write(`${asJson(names.length === 1 ? reports[names[0] ?? ''] : reports)}\n`);
  return Object.values(reports).every(held) ? 0 : 1;
}

/** A report that says `ok`, `passed` or `held` is false fails the program. */
function held(report: unknown): boolean {
  if (typeof report !== 'object' || report === null) return true;
  const { ok, passed, held: kept } = report as Record<string, unknown>;
  return ok !== false && passed !== false && kept !== false;
}

function measuresIn(home: string): string[] {
  const found = readdirSync(home, { withFileTypes: true });
  const files = found.filter((entry) => entry.isFile() && /^[a-z-]+\.ts$/.test(entry.name));
  const folders = found.filter((entry) => entry.isDirectory() && existsSync(join(home, entry.name, 'index.ts')));
  return [...files.map((entry) => entry.name.replace(/\.ts$/, '')), ...folders.map((entry) => entry.name)].sort();
}

const asJson = (report: unknown): string =>
  JSON.stringify(report, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2);

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
