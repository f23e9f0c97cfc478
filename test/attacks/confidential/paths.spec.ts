// The same vectors through the clear, mode S, the large form and mode H give the same exact inner sum (noise off, test only).
import { SealWorker } from '../../../src/compute-node/seal';
import {
  agreedSet,
  beginLarge,
  CONTRIBUTION_TAG,
  large,
  QUESTION_TAG,
  signDocument,
  verifyNoise,
  verifyPublic,
} from '../../../src/domain/confidential';
import { random, signAs } from './keys';
import { ceremony, playLattice } from './lattice-stage';
import { ask, cellsOf, complete, given, makeKeys, NODES, play, settingOf } from './stage';

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
  expect((await playLarge(keys, 'none')).answer).toEqual(BigInt64Array.from(clear));
});

test('a large computation passes level A and C, and a lying node is named at C', async () => {
  const keys = await makeKeys();
  const run = await playLarge(keys, '3/2');
  expect(verifyPublic(run.transcript, given({ ...run, keys } as never))).toEqual([]);
  expect(NODES.flatMap((node, at) => verifyNoise(run.transcript, node, run.seeds[at] ?? random(32)))).toEqual([]);
  const roots = agreedSet(run.transcript).map(({ document }) => ('shares' in document ? document.shares[1] : ''));
  const { shares, noise, sum } = run.nodes[1] ?? (run.nodes[0] as never);
  expect(large.nodeSumHolds(shares, roots, noise, sum)).toBe(true);
  sum[0] = (sum[0] ?? 0n) + 1n;
  expect(large.nodeSumHolds(shares, roots, noise, sum)).toBe(false);
});

async function playLarge(keys: Awaited<ReturnType<typeof makeKeys>>, noiseScale: string) {
  const question = ask(keys, { mode: 'large-shares', noiseScale, computation: 'c-l' });
  const to = [keys.nodes[0].publicKey, keys.nodes[1].publicKey, keys.nodes[2].publicKey] as const;
  const made = [];
  for (let at = 0; at < 3; at += 1) {
    const name = `repo-${String(at)}`;
    const one = await large.contributeLarge(question, name, BigInt64Array.from(cellsOf(at, 8)), to, random);
    made.push({ ...one, signed: signDocument(CONTRIBUTION_TAG, one.record, name, signAs(name)) });
  }
  const [set, seeds, chains, nodes] = [
    made.map(({ signed }) => signed),
    NODES.map(() => random(32)),
    [] as never[],
    [],
  ] as [
    ReturnType<typeof signDocument<(typeof made)[number]['record']>>[],
    Uint8Array[],
    ReturnType<typeof beginLarge>['chain'][],
    { shares: large.LargeShare[]; noise: BigInt64Array; sum: BigUint64Array }[],
  ];
  const total = new BigUint64Array(8);
  for (const at of [0, 1, 2] as const) {
    const setting = settingOf(question, NODES[at], seeds[at] ?? random(32));
    const begun = beginLarge(setting, set, []);
    const shares = [];
    for (const one of made)
      shares.push(await large.receiveLarge(question, at, one.record, one.envelopes[at], keys.nodes[at]));
    const done = await large.finishLarge(setting, begun, shares, begun.noise);
    chains.push(done.chain);
    nodes.push({ shares, noise: begun.noise.cells, sum: done.sum });
    large.addInto(total, await large.openLarge(question, done.release, keys.searcher));
  }
  const transcript = {
    question: signDocument(QUESTION_TAG, question, question.searcher, signAs(question.searcher)),
    contributions: set,
    chains,
    completion: complete(question, set, chains),
  };
  return { question, transcript, seeds, nodes, answer: large.centred64(total) };
}
