// Cheats against the large form: shifted sums, false fingerprints, other challenges, and a second number of the same party.
import {
  large,
  signDocument,
  verifyLargeAnswer,
  verifyLargePart,
  verifyNodeSum,
  verifyNoise,
  verifyPublic,
  type Failure,
  type Transcript,
} from '../../../src/domain/confidential';
import type { Cheat } from './cheat';
import { random, signAs } from './keys';
import { completed, playLarge, type LargeStage } from './large-stage';
import { given, NODES, rebuild } from './stage';

const publicly = (stage: LargeStage, transcript: Transcript = stage.transcript): readonly Failure[] =>
  verifyPublic(transcript, given({ keys: stage.keys } as never));

const seedOf = (stage: LargeStage, at: number): Uint8Array => stage.seeds[at] ?? new Uint8Array(32);

/** All three levels over one run; an auditor takes one node's shares at a time. */
const nodeSums = (stage: LargeStage): readonly Failure[] =>
  stage.nodes.flatMap(({ shares, sum }, at) => verifyNodeSum(stage.transcript, sum, seedOf(stage, at), shares));
const noises = (stage: LargeStage): readonly Failure[] =>
  NODES.flatMap((node, at) => verifyNoise(stage.transcript, node, seedOf(stage, at)));
const opened = (stage: LargeStage): readonly Failure[] =>
  stage.made.flatMap(({ name, shares }) => verifyLargePart(stage.transcript, name, shares));

export const honestLarge = (stage: LargeStage): readonly Failure[] => [
  ...publicly(stage),
  ...verifyLargeAnswer(stage.transcript, stage.sums),
  ...noises(stage),
  ...nodeSums(stage),
  ...opened(stage),
];

const bump = (cells: BigInt64Array, at = 7, by = 1n): BigInt64Array => {
  cells[at] = (cells[at] ?? 0n) + by;
  return cells;
};

const only = (party: string, change: (cells: BigInt64Array) => BigInt64Array) => (one: string, cells: BigInt64Array) =>
  one === party ? change(cells) : cells;

/** The fingerprints with one party's replaced, the completion made anew. */
const saying = (
  stage: LargeStage,
  party: string,
  change: (said: large.Fingerprint) => large.Fingerprint,
  by = party,
): Transcript =>
  completed({
    ...stage.transcript,
    fingerprints: (stage.transcript.fingerprints ?? []).map((one) =>
      one.document.of === party ? signDocument(large.FINGERPRINT_TAG, change(one.document), party, signAs(by)) : one,
    ),
  });

export function largeCheats(stage: LargeStage): readonly Cheat[] {
  const { keys } = stage;
  const node = (name: string, code: string, culprit: string | undefined, play: Cheat['play']): Cheat => ({
    name: `large form: ${name}`,
    by: 'node',
    code,
    ...(culprit === undefined ? {} : { culprit }),
    play,
  });
  const repository = (name: string, code: string, culprit: string | undefined, play: Cheat['play']): Cheat => ({
    ...node(name, code, culprit, play),
    by: 'repository',
  });
  const shifted = () => playLarge(keys, '3/2', { noise: only('node-b', bump) });
  const covered = () => playLarge(keys, '3/2', { noise: only('node-b', bump), said: only('node-b', bump) });
  const misprinted = () => playLarge(keys, '3/2', { printed: only('repo-1', bump) });
  const spread = (cells: BigInt64Array) => bump(bump(cells, 3, 1n), 2400, -1n);
  return [
    node('shifts one cell of its sum', 'CERTIFICATE_FAILS', undefined, async () => {
      const run = await shifted();
      return verifyLargeAnswer(run.transcript, run.sums);
    }),
    node('shifts two cells that cancel out', 'CERTIFICATE_FAILS', undefined, async () => {
      const run = await playLarge(keys, '3/2', { noise: only('node-b', spread) });
      return verifyLargeAnswer(run.transcript, run.sums);
    }),
    node('shifts one cell, before an auditor who sees its shares', 'SUM_DIFFERS', 'node-b', async () =>
      nodeSums(await shifted()),
    ),
    node('shifts one cell and calls it noise', 'FINGERPRINT_DIFFERS', 'node-b', async () => {
      const run = await covered();
      return [...verifyLargeAnswer(run.transcript, run.sums), ...noises(run)];
    }),
    node('shows another sum than it bound before the challenge', 'SUM_DIFFERS', 'node-c', () =>
      verifyLargeAnswer(
        stage.transcript,
        stage.sums.map((one) => {
          if (one.node !== 'node-c') return one;
          const sum = one.sum.slice();
          sum[0] = (sum[0] ?? 0n) + 1n;
          return { ...one, sum };
        }),
      ),
    ),
    node('shows another mask total, so that a changed sum fits', 'SUM_DIFFERS', 'node-a', () =>
      verifyLargeAnswer(
        stage.transcript,
        stage.sums.map((one) => (one.node === 'node-a' ? { ...one, mask: random(32).fill(0, 31) } : one)),
      ),
    ),
    node('seals again after the challenge is known', 'FINGERPRINT_DIFFERS', undefined, () => {
      const [first, ...rest] = stage.transcript.chains;
      if (first === undefined) return [];
      const again = rebuild(first, { sealed: { output: 'f'.repeat(64) } });
      return publicly(stage, completed({ ...stage.transcript, chains: [again, ...rest] }));
    }),
    node('leaves its fingerprint out', 'FINGERPRINT_MISSING', 'node-b', () =>
      publicly(
        stage,
        completed({
          ...stage.transcript,
          fingerprints: (stage.transcript.fingerprints ?? []).filter(({ document }) => document.of !== 'node-b'),
        }),
      ),
    ),
    repository('fingerprints other cells than it contributed', 'CERTIFICATE_FAILS', undefined, async () => {
      const run = await misprinted();
      return verifyLargeAnswer(run.transcript, run.sums);
    }),
    repository('fingerprints other cells, before an auditor to whom it opens', 'PART_DIFFERS', 'repo-1', async () =>
      opened(await misprinted()),
    ),
    repository('answers another challenge', 'FINGERPRINT_DIFFERS', 'repo-0', () =>
      publicly(
        stage,
        saying(stage, 'repo-0', (said) => ({ ...said, beacon: 'a'.repeat(64) })),
      ),
    ),
    repository('signs another repository’s fingerprint', 'FINGERPRINT_DIFFERS', 'repo-0', () =>
      publicly(
        stage,
        saying(stage, 'repo-0', (said) => said, 'repo-1'),
      ),
    ),
    {
      name: 'large form: replaces the fingerprints behind the completion',
      by: 'exchange',
      code: 'COMPLETION_DIFFERS',
      play: () =>
        publicly(stage, {
          ...saying(stage, 'repo-0', (said) => said),
          completion: completed({ ...stage.transcript, fingerprints: [] }).completion,
        }),
    },
  ];
}
