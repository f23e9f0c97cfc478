// Starts programs that outlive this command, knows them again by pid, and stops them by pid.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Folder, isAlive, readText } from './folder';

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

// The shell writes the pid before anything else can happen to it and the exit code after: a command that is killed −9
// in the middle of `up` leaves no program without a pid file, and `status` can say how a program ended.
// $LEASH: pid of a test run whose death must end the program too.
const keeper = `
"$@" & pid=$!
echo "$pid" > "$PID_FILE.part" && mv "$PID_FILE.part" "$PID_FILE"
if [ -n "$LEASH" ]; then
  ( while kill -0 "$LEASH" 2>/dev/null && kill -0 "$pid" 2>/dev/null; do sleep 2; done; kill -9 "$pid" 2>/dev/null ) &
  leash=$!
fi
wait "$pid"
echo "$?" > "$EXIT_FILE"
if [ -n "$LEASH" ]; then kill "$leash" 2>/dev/null; fi
`;

const mark = (folder: Folder, name: string): string => `${folder.root}#${name}`;

/** Starts one program in its own session, its output appended to its log; returns once its pid is known. */
export async function startProgram(folder: Folder, program: Program, leash?: number): Promise<number> {
  for (const path of [folder.pid(program.name), folder.exit(program.name), folder.log(program.name)])
    mkdirSync(dirname(path), { recursive: true });
  rmSync(folder.pid(program.name), { force: true });
  rmSync(folder.exit(program.name), { force: true });
  const log = openSync(folder.log(program.name), 'a', 0o600);
  const child = spawn('/bin/sh', ['-c', keeper, 'sh', program.command, ...program.args], {
    cwd: program.cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: process.env['HOME'] ?? '/',
      ...program.env,
      AGGREGORA_PROGRAM: mark(folder, program.name),
      PID_FILE: folder.pid(program.name),
      EXIT_FILE: folder.exit(program.name),
      LEASH: leash === undefined ? '' : String(leash),
    },
  });
  closeSync(log);
  child.unref();
  for (let waited = 0; waited < 5_000; waited += 5) {
    const pid = pidOf(folder, program.name);
    if (pid !== undefined) return pid;
    await sleep(5);
  }
  throw new Error(`${program.name} did not start: /bin/sh wrote no pid`);
}

/** Pid from the pid file, whether or not it still lives. */
export function pidOf(folder: Folder, name: string): number | undefined {
  const pid = Number(readText(folder.pid(name)));
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Pid of the program if it runs now. A pid that the system gave to something else since counts as not running. */
export function runningPid(folder: Folder, name: string): number | undefined {
  const pid = pidOf(folder, name);
  if (pid === undefined || !isAlive(pid)) return undefined;
  if (process.platform !== 'linux') return pid;
  try {
    const environment = readText(`/proc/${String(pid)}/environ`)?.split('\0');
    return environment?.includes(`AGGREGORA_PROGRAM=${mark(folder, name)}`) === true ? pid : undefined;
  } catch {
    return undefined; // another user's program, so not one of ours
  }
}

/** How the last run ended: an exit code, or 128 + signal; undefined while it runs or when nobody knows. */
export function exitCodeOf(folder: Folder, name: string): number | undefined {
  const text = readText(folder.exit(name));
  return text === undefined || text.trim() === '' ? undefined : Number(text);
}

/** Sends one signal to a program by pid; true if it ran. */
export function signalProgram(folder: Folder, name: string, signal: NodeJS.Signals): boolean {
  const pid = runningPid(folder, name);
  if (pid === undefined) return false;
  process.kill(pid, signal);
  return true;
}

/** Asks the named programs to end, waits, and kills −9 what is left after `graceMs`. */
export async function stopPrograms(folder: Folder, names: readonly string[], graceMs = 8_000): Promise<void> {
  for (const name of names) signalProgram(folder, name, 'SIGTERM');
  const left = () => names.filter((name) => runningPid(folder, name) !== undefined);
  for (let waited = 0; waited < graceMs && left().length > 0; waited += 20) await sleep(20);
  for (const name of left()) signalProgram(folder, name, 'SIGKILL');
  while (left().length > 0) await sleep(10);
}
