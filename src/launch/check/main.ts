// `npm run check [-- step …] [--update]`: every step runs, each timed; what failed is shown in full, and a table ends it.
import { spawn } from 'node:child_process';
import Table from 'cli-table3';
import pc from 'picocolors';
import { type Step, steps } from './steps';

interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Two at a time: the machines that check have two cores. */
const AT_ONCE = 2;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function runStep(step: Step): Promise<Outcome> {
  const started = Date.now();
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, step.command, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('close', (code) => {
      const seconds = (Date.now() - started) / 1000;
      resolve({ step, passed: code === 0, seconds, output: Buffer.concat(pieces).toString('utf8').trim() });
    });
  });
}

function report({ step, passed, seconds, output }: Outcome): void {
  print(`${passed ? pc.green('ok    ') : pc.red('FAILED')} ${step.name} (${seconds.toFixed(1)} s)`);
  if (!passed || /^(note|warning):/m.test(output)) print(output.replace(/^/gm, '       '));
}

function summary(outcomes: readonly Outcome[], absent: readonly Step[]): string {
  const table = new Table({ head: ['step', 'asserts', 'seconds', 'result'], style: { head: [], border: [] } });
  for (const { step, passed, seconds } of outcomes)
    table.push([step.name, step.asserts, seconds.toFixed(1), passed ? pc.green('ok') : pc.red('FAILED')]);
  for (const step of absent) table.push([step.name, step.asserts, '', pc.yellow(`not run: ${step.absent ?? ''}`)]);
  return table.toString();
}

async function main(args: readonly string[]): Promise<number> {
  const all = steps(args.includes('--update'));
  const named = args.filter((arg) => !arg.startsWith('--'));
  const unknown = named.filter((name) => !all.some((step) => step.name === name));
  if (unknown.length > 0) {
    print(`There is no step ${unknown.join(', ')}. Steps: ${all.map((step) => step.name).join(', ')}`);
    return 2;
  }
  const chosen = named.length === 0 ? all : all.filter((step) => named.includes(step.name));
  const waiting = chosen.filter((step) => step.absent === undefined);
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await runStep(step);
      report(outcome);
      outcomes.push(outcome);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  print(
    summary(
      outcomes,
      chosen.filter((step) => step.absent !== undefined),
    ),
  );
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
