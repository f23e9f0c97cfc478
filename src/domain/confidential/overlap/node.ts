// A node's stages in an overlap: check and take in what it is owed, wait for its turn, mix, seal on, and seal its key to the searcher.
import { hex, sha256 } from '../../canonical';
import { Refusal } from '../../refusals';
import { setRoot, type SignedContribution } from '../contribution';
import { keyThumbprint, readKey, type EnvelopeKeys } from '../envelope';
import { agree, type Agreed, type Excluded, type NodeSetting } from '../nodes';
import { seedHash } from '../noise';
import { questionId } from '../question';
import { releaseHash, type Release } from '../shares/release';
import { append, type Chain } from '../steps';
import { mixed, pairHashes, releaseKey, releaseKeyHash, sealedPair, type Owed, type Pair } from './mix';
import type { Breathe } from './points';
import type { Crossing } from './records';
import { receivedCrossing } from './repository';
import { releaseOverlap } from './reveal';

export type Place = 0 | 1 | 2;

/** What the two repositories sealed to a node. `pair` at the first node only. */
export interface Taken {
  readonly owed: Owed;
  readonly pair: Pair | undefined;
}

/**
 * Opens both envelopes. A repository whose envelope does not hold is excluded with the reason, and then the set is too small.
 * `crossings` in order of the lists, `sealed` by the repository that crossed.
 */
export async function takenIn(
  { question }: Pick<NodeSetting, 'question'>,
  at: Place,
  crossings: readonly [Crossing, Crossing],
  sealed: ReadonlyMap<string, Uint8Array>,
  keys: EnvelopeKeys,
): Promise<{ readonly taken: Taken | undefined; readonly excluded: Excluded }> {
  const excluded: { repository: string; code: string }[] = [];
  const open = async (crossing: Crossing) => {
    try {
      const envelope = sealed.get(crossing.repository) ?? new Uint8Array();
      return await receivedCrossing(question, at, crossing, envelope, keys);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      excluded.push({ repository: crossing.repository, code: error.code });
      return undefined;
    }
  };
  const [first, second] = [await open(crossings[0]), await open(crossings[1])];
  if (first === undefined || second === undefined) return { taken: undefined, excluded };
  const pair = first.list && second.list ? ([first.list, second.list] as const) : undefined;
  // The first list was crossed by the second repository; what the first one owes came with the second list.
  return { taken: { owed: [second.owed, first.owed], pair }, excluded };
}

/** First three steps: the guards, the set, and the commitment to the key that will be released. */
export function beginOverlap(
  setting: NodeSetting,
  received: readonly SignedContribution[],
  excluded: Excluded,
): Agreed {
  const { question, node, now, sign, seed } = setting;
  const { chain, set } = agree(setting, received, excluded);
  const body = {
    commitment: releaseKeyHash(question, node, releaseKey(question, node, seed)),
    seedHash: seedHash(questionId(question), node, seed),
  };
  return { chain: append(chain, { kind: 'noised', body }, now, sign), set };
}

export interface Turned {
  readonly chain: Chain;
  readonly release: Release;
  /** The lists, sealed to the next node; the last one seals them to the searcher with its key. */
  readonly message: Uint8Array | undefined;
}

/** Last two steps: the node's turn with the lists, and what it will release. `inbound` names the messages it began from. */
export async function finishOverlap(
  setting: NodeSetting,
  { chain, set }: Agreed,
  pair: Pair,
  owed: Owed,
  inbound: readonly string[],
  nextKey: Uint8Array | undefined,
  breathe: Breathe,
): Promise<Turned> {
  const { question, node, now, sign, seed, random } = setting;
  const after = await mixed(question, node, seed, pair, owed, breathe);
  const [from, to] = [pairHashes(pair), pairHashes(after)];
  const at = question.nodes.indexOf(node);
  const message = nextKey === undefined ? undefined : await sealedPair(question, at, after, nextKey, random);
  const key = releaseKey(question, node, seed);
  const sent = await releaseOverlap(question, node, setRoot(set), key, message ? undefined : after, random);
  const body = { from, to, points: after[0].points.length };
  const outbound = message === undefined ? [] : [messageHash(message)];
  const turned = append(chain, { kind: 'mixed', body, inbound, outbound }, now, sign);
  const output = releaseHash(sent);
  const recipient = keyThumbprint(readKey(question.searcherKey));
  const done = append(turned, { kind: 'sealed', body: { output, recipient }, outbound: [output] }, now, sign);
  return { chain: done, release: sent, message };
}

export const messageHash = (message: Uint8Array): string => hex(sha256(message));
