// One honest computation of the large form with everything an attacker might touch in reach.
import {
  beginLarge,
  CONTRIBUTION_TAG,
  large,
  QUESTION_TAG,
  signDocument,
  type Chain,
  type LargeContribution,
  type Signed,
  type Transcript,
} from '../../../src/domain/confidential';
import { random, signAs } from './keys';
import { ask, cellsOf, complete, NODES, settingOf, type Keys } from './stage';

export const COUNT = 2500;

export const vectorOf = (at: number, count: number): BigInt64Array => BigInt64Array.from(cellsOf(at, count));

/** What a party may do otherwise; honest when absent. */
export interface Twists {
  /** Changes a node's sum before it is bound and sealed, through the noise that it adds. */
  readonly noise?: (node: string, cells: BigInt64Array) => BigInt64Array;
  /** What a node says of its noise, when not that of its committed noise. */
  readonly said?: (node: string, cells: BigInt64Array) => BigInt64Array;
  /** The cells that a repository fingerprints. */
  readonly printed?: (repository: string, cells: BigInt64Array) => BigInt64Array;
}

/** The transcript with its completion made anew, signed by all: the attacker's best case. */
export function completed(transcript: Omit<Transcript, 'completion'>): Transcript {
  const { question, contributions, chains, fingerprints = [] } = transcript;
  const more = { fingerprints: large.fingerprintsId(fingerprints) };
  return { ...transcript, completion: complete(question.document, contributions, chains, more) };
}

export async function playLarge(keys: Keys, noiseScale = '3/2', twists: Twists = {}, count = COUNT) {
  const question = ask(keys, { mode: 'large-shares', noiseScale, computation: 'c-l', cells: count });
  const to = [keys.nodes[0].publicKey, keys.nodes[1].publicKey, keys.nodes[2].publicKey] as const;
  const made = [];
  for (let at = 0; at < 3; at += 1) {
    const name = `repo-${String(at)}`;
    const cells = vectorOf(at, count);
    const one = await large.contributeLarge(question, name, cells, to, random);
    made.push({ ...one, name, cells, signed: signDocument(CONTRIBUTION_TAG, one.record, name, signAs(name)) });
  }
  const set: readonly Signed<LargeContribution>[] = made.map(({ signed }) => signed);
  const seeds = NODES.map(() => random(32));
  const chains: Chain[] = [];
  const nodes: { shares: ReadonlyMap<string, large.LargeShare>; noise: BigInt64Array; sum: large.LargeSum }[] = [];
  for (const at of [0, 1, 2] as const) {
    const [node, seed] = [NODES[at], seeds[at] as Uint8Array];
    const setting = settingOf(question, node, seed);
    const envelopes = new Map(made.map(({ name, envelopes: sealed }) => [name, sealed[at]]));
    const { shares, excluded } = await large.verifyLarge(question, at, set, envelopes, keys.nodes[at]);
    const begun = beginLarge(setting, set, excluded);
    const noise = { ...begun.noise, cells: twists.noise?.(node, begun.noise.cells.slice()) ?? begun.noise.cells };
    const done = await large.finishLarge(setting, begun, shares, noise);
    chains.push(done.chain);
    nodes.push({
      shares,
      noise: begun.noise.cells,
      sum: await large.openLarge(question, done.release, keys.searcher),
    });
  }
  const beacon = large.beaconOf(question, chains);
  const parts = made.map(({ name, cells, shares }) => {
    const own = twists.printed?.(name, cells.slice()) ?? cells;
    const said = large.partFingerprint(
      question,
      name,
      beacon,
      own,
      shares.map(({ seed }) => seed),
    );
    return signDocument(large.FINGERPRINT_TAG, said, name, signAs(name));
  });
  const noises = NODES.map((node, at) => {
    const cells = nodes[at]?.noise ?? new BigInt64Array();
    const own = twists.said?.(node, cells.slice()) ?? cells;
    const said = large.noiseFingerprint(question, node, beacon, own, seeds[at] as Uint8Array);
    return signDocument(large.FINGERPRINT_TAG, said, node, signAs(node));
  });
  const transcript = completed({
    question: signDocument(QUESTION_TAG, question, question.searcher, signAs(question.searcher)),
    contributions: set,
    chains,
    fingerprints: [...parts, ...noises],
  });
  const sums = nodes.map(({ sum }) => sum);
  return { keys, question, made, set, transcript, seeds, nodes, sums, beacon, answer: large.combineLarge(sums) };
}

export type LargeStage = Awaited<ReturnType<typeof playLarge>>;
