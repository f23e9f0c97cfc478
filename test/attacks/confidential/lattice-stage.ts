// One honest mode H computation: ceremony, deposits, noise, addition, key switch, answer.
import { b64u } from '../../../src/domain/canonical';
import {
  begin,
  commit,
  CONTRIBUTION_TAG,
  contributorSet,
  finishDeposits,
  lattice,
  mod,
  questionId,
  QUESTION_TAG,
  randomScalar,
  setRoot,
  signDocument,
  writePoint,
  type Chain,
  type NodeNoise,
  type Opening,
  type SignedContribution,
  type Transcript,
} from '../../../src/domain/confidential';
import type { SealWorker } from '../../../src/compute-node/seal';
import { random, signAs } from './keys';
import { ask, cellsOf, complete, NODES, settingOf, type Keys } from './stage';

const { ciphertextHash } = lattice;

export async function ceremony(worker: SealWorker, epoch: string) {
  const parameters = await worker.run('parameters');
  const nodes = [];
  for (const node of NODES) {
    const { secret, share } = await worker.run('nodeKey', epoch);
    nodes.push({ node, secret, share, commitment: lattice.keyShareCommitment(epoch, node, share) });
  }
  return {
    parameters,
    nodes,
    collective: lattice.collectiveKey(epoch, nodes, parameters),
    searcher: await worker.run('searcherKey'),
  };
}

export type Ceremony = Awaited<ReturnType<typeof ceremony>>;

export async function deposit(
  worker: SealWorker,
  made: Ceremony,
  question: string,
  repository: string,
  cells: readonly bigint[],
  committed: readonly bigint[] = cells,
) {
  const blinding = randomScalar(random);
  const ciphertext = await worker.run('encrypt', made.collective, lattice.toSlots({ cells, blinding }));
  const commitment = writePoint(commit({ cells: committed, blinding }));
  const document = {
    schema: 'aggregora/deposit/1',
    question,
    repository,
    commitment,
    ciphertext: ciphertextHash(ciphertext),
  } as const;
  const signed: SignedContribution = signDocument(CONTRIBUTION_TAG, document, repository, signAs(repository));
  return { signed, ciphertext, blinding };
}

export interface LatticeChanges {
  /** `none` compares exact sums. */
  readonly noiseScale?: string;
  /** What is deposited in place of what was committed, for repository 0. */
  readonly lie?: readonly bigint[];
  /** Replaces a node's switched share. */
  readonly share?: (node: number, sum: Uint8Array) => Promise<Uint8Array> | undefined;
}

export async function playLattice(worker: SealWorker, keys: Keys, made: Ceremony, changes: LatticeChanges = {}) {
  const hash = (bytes: Uint8Array): string => ciphertextHash(bytes);
  const question = ask(keys, {
    mode: 'homomorphic',
    noiseScale: changes.noiseScale ?? '2',
    computation: 'c-h',
    bound: '1000000',
    searcherSealKey: hash(made.searcher.publicKey),
    collectiveKey: hash(made.collective),
  });
  const id = questionId(question);
  const deposits = [];
  for (let at = 0; at < 3; at += 1) {
    const cells = cellsOf(at, question.cells);
    deposits.push(
      await deposit(worker, made, id, `repo-${String(at)}`, at === 0 && changes.lie ? changes.lie : cells, cells),
    );
  }
  const set = contributorSet(deposits.map(({ signed }) => signed));
  const seeds = NODES.map(() => random(32));
  const begun: ReturnType<typeof begin>[] = [];
  const noiseCiphertexts: Uint8Array[] = [];
  for (const [at, node] of NODES.entries()) {
    const setting = settingOf(question, node, seeds[at] ?? random(32));
    const first = begin(setting, set, []).noise as NodeNoise & Opening;
    const ciphertext = await worker.run(
      'encrypt',
      made.collective,
      lattice.toSlots({ cells: first.cells, blinding: mod(first.blinding) }),
    );
    noiseCiphertexts.push(ciphertext);
    begun.push(begin(setting, set, [], () => hash(ciphertext)));
  }
  const ciphertexts = [...deposits.map(({ ciphertext }) => ciphertext), ...noiseCiphertexts];
  const sum = lattice.addCiphertexts(ciphertexts, made.parameters);
  const noises = begun.map(({ noise }) => writePoint(noise.commitment));
  const shares: Uint8Array[] = [];
  const chains: Chain[] = [];
  for (const [at, node] of NODES.entries()) {
    const key = made.nodes[at] as Ceremony['nodes'][number];
    const flood = lattice.floodSeed(key.secret, hash(sum));
    const share = await (changes.share?.(at, sum) ??
      worker.run('switchShare', key.secret, sum, made.searcher.publicKey, flood));
    shares.push(share);
    chains.push(
      finishDeposits(
        settingOf(question, node, seeds[at] ?? random(32)),
        begun[at] as ReturnType<typeof begin>,
        noises,
        hash(sum),
        share,
      ),
    );
  }
  const [a, b, c] = shares as [Uint8Array, Uint8Array, Uint8Array];
  const answer = lattice.fromSlots(
    await worker.run('decrypt', made.searcher.secret, lattice.switchedSum(sum, [a, b, c], made.parameters)),
    question.cells,
  );
  const transcript: Transcript = {
    question: signDocument(QUESTION_TAG, question, question.searcher, signAs(question.searcher)),
    contributions: set,
    chains,
    completion: complete(question, set, chains),
  };
  return {
    keys,
    question,
    set,
    transcript,
    deposits,
    ciphertexts,
    sum,
    shares: [a, b, c] as const,
    answer,
    root: setRoot(set),
    epochKey: b64u(made.collective.slice(0, 8)),
  };
}

export type LatticeStage = Awaited<ReturnType<typeof playLattice>>;
