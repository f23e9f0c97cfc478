// Small seeded tables, plans and a seeded generator for the attacks: nothing here is clever, so that the attacks are.
import { createCipheriv, createHash } from 'node:crypto';
import { SafeAnswer, type LabelInputs, type Random } from '../../../src/domain/safe-answers';
import type { GroupRow, Plan, PlannedMeasure } from '../../../src/domain/templates/plan';

/** AES-CTR over zeros under a key made from the seed: fast, uniform, the same every time. */
export function seeded(seed: string): Random {
  const key = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  return (bytes) => new Uint8Array(stream.update(Buffer.alloc(bytes)));
}

/** A seeded fair-enough number in [0, n), for making tables only. */
export const pick = (random: Random, n: number): number => {
  const [a = 0, b = 0, c = 0] = random(3);
  return (a * 65536 + b * 256 + c) % n;
};

export const inputs: LabelInputs = {
  dataVersion: 'v1',
  cap: '1/8',
  delta: '1/1000000',
  loosened: [],
  synthetic: false,
};

export const units: PlannedMeasure = { as: 'people', of: 'units' };

export function planOf(change: Partial<Plan> = {}): Plan {
  return {
    template: 'sha256:t',
    element: 'sha256:e',
    binding: 'sha256:b',
    unit: 'person_id',
    unitOf: 'person',
    filters: [],
    groups: [],
    groupsPerUnit: 1,
    aggregates: [],
    measures: [units],
    privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
    ...change,
  };
}

export const group = (contributors: number, values: readonly bigint[] = [], key: readonly string[] = []): GroupRow => ({
  key,
  contributors: BigInt(contributors),
  values,
});

export interface Cell {
  readonly key: readonly string[];
  readonly values: Record<
    string,
    { value: number | string; low: number | string; high: number | string; withheld?: string }
  >;
  readonly noisy: Record<string, number | string>;
}
export const cellsOf = (answer: SafeAnswer): readonly Cell[] => (answer.body as unknown as { cells: Cell[] }).cells;

/** The first cell's noisy column: what a careful attacker reads, since it is not clamped. */
export const noisyOf = (answer: SafeAnswer, column = 'units'): number => Number(cellsOf(answer)[0]?.noisy[column]);

/** The weak build: exact numbers of ten units or more, nothing below. */
export const thresholdOnly = (count: number): number | null => (count >= 10 ? count : null);

/** How often `guess` is right over `trials` independent victims. */
export function rate(trials: number, guess: (trial: number) => boolean): number {
  return Array.from({ length: trials }, (_, i) => guess(i)).filter(Boolean).length / trials;
}

/** The ceiling plus what chance alone may add in n trials (alpha 1e-6). */
export const ceiling = (chance: number, trials: number): number =>
  chance + 4.76 * Math.sqrt((chance * (1 - chance)) / trials);
