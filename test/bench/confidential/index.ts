// Figures of confidential sums, each beside a baseline measured in the same run: `run({ quick })` returns them.
import { cpus } from 'node:os';
import { SealWorker } from '../../../src/compute-node/seal';
import { generators } from '../../../src/domain/confidential';
import type { Figure } from './figures';
import { homomorphic, sealOperations } from './homomorphic';
import { arithmetic, operations, protocol } from './large';
import { oneRound } from './rounds';
import { overlaps } from './overlap';
import { bare, certificate, shares } from './shares';

export interface BenchReport {
  readonly bench: 'confidential';
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly figures: readonly Figure[];
}

/** All figures; `quick` repeats less and uses fewer deposits, for a test run. */
export async function run({ quick = false }: { quick?: boolean } = {}): Promise<BenchReport> {
  const worker = new SealWorker(120_000);
  try {
    const times = quick ? 3 : 9;
    generators(1024);
    const figures = [
      ...(await certificate(times)),
      ...(await shares(quick ? 3 : 10, quick ? 128 : 1024)),
      ...(await bare(times)),
      ...(await operations(quick ? 1 : 5)),
      ...(await arithmetic(quick ? 1 : 5)),
      ...(await protocol()),
      ...(await oneRound(quick ? 5_000 : 100_000, times)),
      ...(await overlaps(quick ? 64 : 1024)),
      ...(quick ? [] : await overlaps(10_000)),
      ...(await homomorphic(worker, quick ? 5 : 100, times)),
      ...(await sealOperations(times)),
    ];
    const [first] = cpus();
    const machine = { cpu: first?.model ?? '', cores: cpus().length, node: process.version };
    return { bench: 'confidential', machine, figures };
  } finally {
    await worker.close();
  }
}
