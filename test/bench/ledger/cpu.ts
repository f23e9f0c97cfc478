// CPU time that programs have used, from /proc: ratios of it survive a busy machine, wall time does not.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of /proc a second; Linux has 100 nearly everywhere, but it may be built otherwise. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK']).toString()) || 100;

/** Milliseconds of CPU a process has used so far, its ended children included; 0 when there is none. */
export function cpuMsOf(pid: number): number {
  try {
    const fields = statOf(pid);
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0); // utime stime cutime cstime
    return (ticks * 1000) / TICKS;
  } catch {
    return 0;
  }
}

/** The process and everything it started that lives: a PostgreSQL server is a family. */
export function cpuMsOfFamily(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid);
  return cpuMsOf(pid) + children.reduce((sum, child) => sum + cpuMsOf(Number(child)), 0);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return undefined;
  }
}

/** Fields from the state on: a program's name may hold spaces and brackets. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

export interface Meter {
  readonly name: string;
  readonly cpuMs: () => number;
}

export const ownCpu: Meter = {
  name: 'client',
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

export interface Spent {
  readonly wallMs: number;
  /** Milliseconds of CPU by meter. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly totalCpuMs: number;
}

/** Does the work and says what it cost. */
export async function spending(meters: readonly Meter[], work: () => Promise<unknown>): Promise<Spent> {
  const before = meters.map(({ cpuMs }) => cpuMs());
  const from = performance.now();
  await work();
  const wallMs = performance.now() - from;
  const used = meters.map(({ name, cpuMs }, at): [string, number] => [name, cpuMs() - (before[at] ?? 0)]);
  const cpuMs: Record<string, number> = {};
  for (const [name, ms] of used) cpuMs[name] = (cpuMs[name] ?? 0) + ms;
  return { wallMs, cpuMs, totalCpuMs: used.reduce((sum, [, ms]) => sum + ms, 0) };
}
