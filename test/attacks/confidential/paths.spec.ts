// The same vectors through the clear, mode S, the large form and mode H give the same exact inner sum (noise off, test only).
import { SealWorker } from '../../../src/compute-node/seal';
import { playLarge } from './large-stage';
import { ceremony, playLattice } from './lattice-stage';
import { ask, cellsOf, makeKeys, play } from './stage';

const worker = new SealWorker();
afterAll(() => worker.close());

test('four paths, one exact sum', async () => {
  const keys = await makeKeys();
  const exact = { noiseScale: 'none' } as const;
  const clear = cellsOf(0, 8).map((cell, at) => cell + (cellsOf(1, 8)[at] ?? 0n) + (cellsOf(2, 8)[at] ?? 0n));
  const shares = await play(keys, ask(keys, exact));
  expect(shares.answer.cells).toEqual(clear);
  const lattice = await playLattice(worker, keys, await ceremony(worker, 'epoch-p'), { noiseScale: 'none' });
  expect(lattice.answer.cells).toEqual(clear);
  expect((await playLarge(keys, 'none', {}, 8)).answer).toEqual(BigInt64Array.from(clear));
});
