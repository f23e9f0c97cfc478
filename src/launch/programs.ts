// Starts our programs as processes of their own, waits until they listen, keeps their logs, and stops them in order.
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProgramPlan {
  readonly name: string;
  /** Module below dist/src. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: string;
}

export interface Program {
  readonly plan: ProgramPlan;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const START_MS = 120_000;
const STOP_MS = 15_000;

/** Listening when it returns; otherwise throws with the last lines of its log. */
export async function startProgram(plan: ProgramPlan): Promise<Program> {
  mkdirSync(dirname(plan.log), { recursive: true, mode: 0o700 });
  const log = openSync(plan.log, 'a', 0o600);
  const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'NODE_OPTIONS'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = fork(built(plan.entry), [], {
    env: { ...Object.fromEntries(inherited), ...plan.environment },
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: [],
  });
  closeSync(log);
  await listening(child, plan);
  return { plan, process: child, stop: () => stopChild(child) };
}

/** Programs run as they were built, also when we ourselves run from source (simulations, benches). */
function built(entry: string): string {
  const beside = join(__dirname, '..', entry);
  return existsSync(beside) ? beside : join(__dirname, '..', '..', 'dist', 'src', entry);
}

function listening(child: ChildProcess, plan: ProgramPlan): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`${plan.name} did not start (${why}). The end of its log, ${plan.log}:\n${tail(plan.log)}`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('no sign of life for two minutes');
    }, START_MS);
    child.once('message', () => {
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve();
    });
    const onExit = (code: number | null) => {
      clearTimeout(timer);
      fail(`exit code ${String(code)}`);
    };
    child.once('exit', onExit);
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([gone, pause(STOP_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await gone;
}

const tail = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
