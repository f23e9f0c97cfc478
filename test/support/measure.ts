// Runs the measures of a folder of test/: each file exports `run(options)`; figures go out as a table, or as JSON with --json.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pc from 'picocolors';

type Options = Readonly<Record<string, string | boolean>>;

interface Measure {
  run(options: Options): unknown;
}

function optionsOf(args: readonly string[]): { names: string[]; options: Options } {
  const { values, tokens } = parseArgs({ args: [...args], strict: false, allowPositionals: true, tokens: true });
  const options: Record<string, string | boolean> = {};
  const names: string[] = [];
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    const isValue =
      token.kind === 'positional' && before?.kind === 'option' && before.value === undefined && before.name !== 'json';
    if (token.kind === 'option') options[token.name] = token.value ?? values[token.name] === true;
    else if (isValue) options[before.name] = token.value;
    else if (token.kind === 'positional') names.push(token.value);
  });
  return { names, options };
}

async function main([folder = '', ...args]: readonly string[]): Promise<number> {
  const { names, options } = optionsOf(args);
  const home = join(__dirname, '..', folder);
  const known = existsSync(home) ? measuresIn(home) : [];
  const wrong = names.filter((name) => !known.includes(name));
  if (known.length === 0 || names.length === 0 || wrong.length > 0) {
    process.stderr.write(`Say which: ${known.join(', ') || `test/${folder} has nothing to run yet`}\n`);
    return 2;
  }
  const reports: Record<string, unknown> = {};
  for (const name of names) {
    const measure = (await import(join(home, name))) as Measure;
    if (options['json'] !== true) process.stderr.write(`${pc.bold(name)} …\n`);
    reports[name] = await measure.run(options);
  }
  print(names.length === 1 ? reports[names[0] ?? ''] : reports, options['json'] === true);
  return Object.values(reports).some((report) => (report as { ok?: unknown } | undefined)?.ok === false) ? 1 : 0;
}

function measuresIn(home: string): string[] {
  const found = readdirSync(home, { withFileTypes: true });
  const files = found.filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'),
  );
  const folders = found.filter((entry) => entry.isDirectory() && existsSync(join(home, entry.name, 'index.ts')));
  return [...files.map((entry) => entry.name.replace(/\.ts$/, '')), ...folders.map((entry) => entry.name)].sort();
}

function print(report: unknown, json: boolean): void {
  if (json)
    process.stdout.write(
      `${JSON.stringify(report, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2)}\n`,
    );
  else console.dir(report, { depth: 6, maxArrayLength: null });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
