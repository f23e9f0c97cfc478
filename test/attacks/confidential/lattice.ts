// Cheats against mode H: key ceremony, deposits, addition, key switch.
import type { SealWorker } from '../../../src/compute-node/seal';
import { keyThumbprint, lattice, verifyAnswer, verifyPublic, type Failure } from '../../../src/domain/confidential';
import { caught, type Cheat } from './cheat';
import { random, verifyAny } from './keys';
import { playLattice, type Ceremony, type LatticeStage } from './lattice-stage';
import { cellsOf, complete, NODES, rebuild } from './stage';

const publicOf = (stage: LatticeStage, made: Ceremony) => ({
  verify: verifyAny,
  registered: keyThumbprint(stage.keys.searcher.publicKey),
  ciphertexts: stage.ciphertexts,
  parameters: made.parameters,
});

export const honestLattice = (stage: LatticeStage, made: Ceremony): readonly Failure[] => [
  ...verifyPublic(stage.transcript, publicOf(stage, made)),
  ...verifyAnswer(stage.transcript, stage.answer, [], random),
];

export function latticeCheats(worker: SealWorker, stage: LatticeStage, made: Ceremony): readonly Cheat[] {
  const hashes = stage.ciphertexts.map(lattice.ciphertextHash);
  const [first, second, third] = made.nodes as [
    Ceremony['nodes'][number],
    Ceremony['nodes'][number],
    Ceremony['nodes'][number],
  ];
  const key = (nodes: readonly (typeof first)[]) =>
    caught(() => lattice.collectiveKey('epoch-h', nodes, made.parameters));
  const b = async (changes: Parameters<typeof playLattice>[3]) => {
    const bad = await playLattice(worker, stage.keys, made, changes);
    return verifyAnswer(bad.transcript, bad.answer, [], random);
  };
  const badSum = lattice.addCiphertexts(stage.ciphertexts.slice(1), made.parameters);
  const changed = (sum: string): readonly Failure[] => {
    const chains = stage.transcript.chains.map((chain, at) =>
      at === 1 ? rebuild(chain, { aggregated: { sum } }) : chain,
    );
    return verifyPublic(
      { ...stage.transcript, chains, completion: complete(stage.question, stage.set, chains) },
      publicOf(stage, made),
    );
  };
  return [
    {
      name: 'reveals another key share than committed',
      by: 'node',
      code: 'KEY_SHARE_MISMATCH',
      culprit: NODES[2],
      play: () => key([first, second, { ...third, share: first.share }]),
    },
    {
      name: 'copies another node’s key share',
      by: 'node',
      code: 'KEY_SHARE_MISMATCH',
      culprit: NODES[1],
      play: () =>
        key([
          first,
          { ...second, share: first.share, commitment: lattice.keyShareCommitment('epoch-h', NODES[1], first.share) },
          third,
        ]),
    },
    {
      name: 'reveals a key share outside the ring',
      by: 'node',
      code: 'KEY_SHARE_MISMATCH',
      culprit: NODES[1],
      play: () => {
        const share = new Uint8Array(second.share.length).fill(255);
        return key([
          first,
          { ...second, share, commitment: lattice.keyShareCommitment('epoch-h', NODES[1], share) },
          third,
        ]);
      },
    },
    {
      name: 'leaves a deposit out of the sum',
      by: 'exchange',
      code: 'SUM_MISMATCH',
      play: () =>
        caught(() => lattice.verifySum(stage.ciphertexts, hashes, lattice.ciphertextHash(badSum), made.parameters)),
    },
    {
      name: 'swaps a deposit',
      by: 'exchange',
      code: 'CIPHERTEXT_HASH_MISMATCH',
      play: () =>
        caught(() =>
          lattice.verifySum(
            [stage.sum, ...stage.ciphertexts.slice(1)],
            hashes,
            lattice.ciphertextHash(stage.sum),
            made.parameters,
          ),
        ),
    },
    {
      name: 'records another sum ciphertext',
      by: 'node',
      code: 'SUM_MISMATCH',
      culprit: NODES[1],
      play: () => changed(lattice.ciphertextHash(badSum)),
    },
    {
      name: 'asks a node to switch a second sum',
      by: 'exchange',
      code: 'SHARE_GIVEN_ONCE',
      play: () =>
        caught(() => {
          lattice.onlyOnce(lattice.ciphertextHash(stage.sum), lattice.ciphertextHash(badSum));
        }),
    },
    {
      name: 'switches with another secret',
      by: 'node',
      code: 'CERTIFICATE_FAILS',
      play: () =>
        b({
          share: (at, sum) =>
            at === 0
              ? worker
                  .run('nodeKey', 'x')
                  .then(({ secret }) => worker.run('switchShare', secret, sum, made.searcher.publicKey, random(32)))
              : undefined,
        }),
    },
    {
      name: 'switches to its own key',
      by: 'node',
      code: 'CERTIFICATE_FAILS',
      play: () =>
        b({
          share: (at, sum) =>
            at === 2
              ? worker
                  .run('searcherKey')
                  .then(({ publicKey }) => worker.run('switchShare', third.secret, sum, publicKey, random(32)))
              : undefined,
        }),
    },
    {
      name: 'switches the sum of fewer deposits',
      by: 'node',
      code: 'CERTIFICATE_FAILS',
      play: () =>
        b({
          share: (at) =>
            at === 1
              ? worker.run('switchShare', second.secret, badSum, made.searcher.publicKey, random(32))
              : undefined,
        }),
    },
    {
      name: 'deposits another vector than it committed',
      by: 'repository',
      code: 'CERTIFICATE_FAILS',
      play: () => b({ lie: cellsOf(4, stage.question.cells) }),
    },
    {
      name: 'reads the answer with two nodes’ shares',
      by: 'exchange',
      code: 'CERTIFICATE_FAILS',
      play: async () => {
        const zero = await worker.run('encrypt', made.searcher.publicKey, new BigInt64Array(lattice.DEGREE));
        const switched = lattice.switchedSum(stage.sum, [stage.shares[0], stage.shares[1], zero], made.parameters);
        return verifyAnswer(
          stage.transcript,
          lattice.fromSlots(await worker.run('decrypt', made.searcher.secret, switched), stage.question.cells),
          [],
          random,
        );
      },
    },
    {
      name: 'deposits a truncated ciphertext',
      by: 'repository',
      code: 'CIPHERTEXT_MALFORMED',
      play: () => caught(() => worker.run('accept', stage.sum.slice(0, 5000))),
    },
    {
      name: 'deposits a transparent ciphertext',
      by: 'repository',
      code: 'CIPHERTEXT_MALFORMED',
      play: () => {
        const open = stage.sum.slice();
        open.fill(0, lattice.CIPHERTEXT_HEADER + (open.length - lattice.CIPHERTEXT_HEADER) / 2);
        return caught(() => worker.run('accept', open));
      },
    },
  ];
}
