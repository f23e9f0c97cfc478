// How a figure of confidential sums is measured: wall and CPU medians, and the same beside a baseline of the same run.
import { randomBytes } from 'node:crypto';

export interface Figure {
  readonly name: string;
  /** Median; of milliseconds the wall's. */
  readonly value: number;
  readonly unit: 'ms' | 'bytes';
  /** Median CPU milliseconds of the whole process, workers included: the figure to compare on a busy machine. */
  readonly cpu: number | null;
  readonly baseline: { readonly name: string; readonly value: number; readonly cpu: number | null } | null;
  /** Figure over baseline, of CPU times where both are known. */
  readonly ratio: number | null;
}

export const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
export const round = (value: number): number => Math.round(value * 100) / 100;

export interface Time {
  readonly wall: number;
  readonly cpu: number;
}

export async function timed(act: () => unknown): Promise<Time> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  await act();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - wall, cpu: (user + system) / 1000 };
}

export const middle = (all: readonly number[]): number => round([...all].sort((a, b) => a - b)[all.length >> 1] ?? 0);

export async function median(times: number, act: () => unknown): Promise<Time> {
  await act(); // warm: caches, compiled code
  const all: Time[] = [];
  for (let at = 0; at < times; at += 1) all.push(await timed(act));
  return { wall: middle(all.map(({ wall }) => wall)), cpu: middle(all.map(({ cpu }) => cpu)) };
}

export const plus = (...all: readonly Time[]): Time => ({
  wall: round(all.reduce((sum, { wall }) => sum + wall, 0)),
  cpu: round(all.reduce((sum, { cpu }) => sum + cpu, 0)),
});
export const longest = (all: readonly Time[]): Time => ({
  wall: round(Math.max(...all.map(({ wall }) => wall))),
  cpu: round(Math.max(...all.map(({ cpu }) => cpu))),
});

/** One time beside another of the same run. */
export function time(name: string, value: Time, against?: { readonly name: string; readonly value: Time }): Figure {
  const baseline = against ? { name: against.name, value: against.value.wall, cpu: against.value.cpu } : null;
  const ratio = baseline && baseline.cpu > 0 ? round(value.cpu / baseline.cpu) : null;
  return { name, value: value.wall, unit: 'ms', cpu: value.cpu, baseline, ratio };
}

export const bytes = (name: string, value: number, plain: number): Figure => ({
  name,
  value,
  unit: 'bytes',
  cpu: null,
  baseline: { name: 'the plain vector', value: plain, cpu: null },
  ratio: round(value / plain),
});

/** `count` uniform cells of 40 bits. */
export const cells40 = (count: number): bigint[] =>
  Array.from({ length: count }, () => BigInt(Buffer.from(randomBytes(5)).readUIntBE(0, 5)));
