// `npm run doctor [-- --json]`: what this machine has and lacks, what each thing is for, and what to do about a gap.
import Table from 'cli-table3';
import pc from 'picocolors';
import { type Finding, examine } from './doctor/findings';

const colours = { ok: pc.green, optional: pc.yellow, missing: pc.red } as const;
const words = { ok: 'ok', optional: 'not here', missing: 'MISSING' } as const;

function table(findings: readonly Finding[]): string {
  const rows = new Table({
    head: ['', 'what', 'found', 'for'],
    colWidths: [10, 12, 42, 46],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { state, what, found, use } of findings) rows.push([colours[state](words[state]), what, found, use]);
  return rows.toString();
}

async function main(json: boolean): Promise<number> {
  const findings = await examine(process.env);
  const fit = findings.every(({ state }) => state !== 'missing');
  if (json) {
    process.stdout.write(`${JSON.stringify({ fit, findings }, null, 2)}\n`);
    return fit ? 0 : 1;
  }
  process.stdout.write(`${table(findings)}\n`);
  for (const { state, what, remedy } of findings)
    if (state !== 'ok' && remedy !== undefined) process.stdout.write(`${colours[state](what)}: ${remedy}\n`);
  process.stdout.write(
    fit ? 'This machine can run everything on its embedded defaults.\n' : 'Something needed is missing.\n',
  );
  return fit ? 0 : 1;
}

void main(process.argv.includes('--json')).then((code) => {
  process.exitCode = code;
});
