// What a compute node does from the cut-off to the seal, in either mode, as one pure function of its inputs a stage.
import { Refusal } from '../refusals';
import { readPoint, sumPoints, writePoint, blame, type Opening } from './certificate';
import { commitmentOf, contributionId, contributorSet, setRoot, type SignedContribution } from './contribution';
import { keyThumbprint, readKey, type EnvelopeKeys } from './envelope';
import { checkSearcherKey, checkSet, type AnsweredSet, type SetPolicy } from './guards';
import { ciphertextHash } from './lattice/ciphertexts';
import { largeNoise, type LargeNoise } from './large/stage';
import { nodeNoise, type NodeNoise } from './noise';
import { questionId, type Question } from './question';
import {
  nodeSum,
  openingOf,
  receive,
  release,
  releaseHash,
  shareClaim,
  type Random,
  type Release,
  type Share,
  type ShareContribution,
} from './shares';
import type { Sign, Signed } from './signed';
import { append, newChain, type Chain } from './steps';

export interface NodeSetting {
  readonly question: Question;
  readonly node: string;
  /** Digest of the running program. */
  readonly program: string;
  /** The searcher's key thumbprint in the registry. */
  readonly registered: string;
  readonly answered: readonly AnsweredSet[];
  /** The node's own limits; three repositories and a floor of two when absent. */
  readonly policy?: SetPolicy;
  /** 32 secret bytes for this question's noise; keep them wrapped for the auditor. */
  readonly seed: Uint8Array;
  readonly random: Random;
  readonly sign: Sign;
  readonly now: number;
}

export type Excluded = readonly { readonly repository: string; readonly code: string }[];

const placeOf = ({ question, node }: NodeSetting): 0 | 1 | 2 => {
  const at = question.nodes.indexOf(node);
  if (at !== 0 && at !== 1 && at !== 2) throw new Refusal('QUESTION_MISMATCH', { node });
  return at;
};

const codeOf = (error: unknown): string => {
  if (error instanceof Refusal) return error.code;
  throw error;
};

/** The shares that open, and the repositories whose do not, with the reason: one batch check for all good ones. */
export async function verifyShares(
  setting: NodeSetting,
  contributions: readonly Signed<ShareContribution>[],
  envelopes: ReadonlyMap<string, Uint8Array>,
  keys: EnvelopeKeys,
): Promise<{ readonly shares: ReadonlyMap<string, Share>; readonly excluded: Excluded }> {
  const at = placeOf(setting);
  const shares = new Map<string, Share>();
  const excluded: { repository: string; code: string }[] = [];
  const claims = [];
  for (const { document } of contributions) {
    try {
      const share = await receive(
        setting.question,
        at,
        document,
        envelopes.get(document.repository) ?? new Uint8Array(0),
        keys,
      );
      claims.push(shareClaim(at, document, share, setting.question.cells));
      shares.set(document.repository, share);
    } catch (error) {
      excluded.push({ repository: document.repository, code: codeOf(error) });
    }
  }
  for (const repository of blame(claims, setting.random)) {
    shares.delete(repository);
    excluded.push({ repository, code: 'SHARE_MISMATCH' });
  }
  return { shares, excluded };
}

/** The set without the repositories that any node excluded. */
export const withoutExcluded = <T extends SignedContribution>(all: readonly T[], excluded: Excluded): readonly T[] =>
  contributorSet(all.filter(({ document }) => !excluded.some(({ repository }) => repository === document.repository)));

export interface Agreed {
  readonly chain: Chain;
  readonly set: readonly SignedContribution[];
}

/** First two steps: all guards and the agreed set. Refuses as the guards do, before anything is summed. */
export function agree(setting: NodeSetting, received: readonly SignedContribution[], excluded: Excluded): Agreed {
  const { question, node, now, sign } = setting;
  checkSearcherKey(question, setting.registered);
  const all = contributorSet(received);
  const set = withoutExcluded(all, excluded);
  const repositories = set.map(({ document }) => document.repository);
  checkSet(question, repositories, setting.answered, setting.policy);
  const contributions = all.map(({ document }) => contributionId(document));
  const body = { setRoot: setRoot(all), contributions };
  let chain = newChain(questionId(question), node, setting.program);
  chain = append(chain, { kind: 'received', body, inbound: contributions }, now, sign);
  chain = append(chain, { kind: 'verified', body: { setRoot: setRoot(set), excluded } }, now, sign);
  return { chain, set };
}

/** First three steps of modes S and H: the set, then the committed noise (in H also the hash of its ciphertext). */
export function begin(
  setting: NodeSetting,
  received: readonly SignedContribution[],
  excluded: Excluded,
  noiseCiphertext?: (noise: NodeNoise) => string,
): Agreed & { readonly noise: NodeNoise } {
  const { question, node, now, sign } = setting;
  const { chain, set } = agree(setting, received, excluded);
  const noise = nodeNoise(questionId(question), node, question.noiseScale, question.cells, setting.seed);
  const body = { commitment: writePoint(noise.commitment), seedHash: noise.seedHash };
  const more = noiseCiphertext ? { ciphertext: noiseCiphertext(noise) } : {};
  return { chain: append(chain, { kind: 'noised', body: { ...body, ...more } }, now, sign), set, noise };
}

/** The same for a large vector, with the noise that a thread of its own drew; `large.finishLarge` goes on from here. */
export function beginLarge(
  setting: NodeSetting,
  received: readonly SignedContribution[],
  excluded: Excluded,
  noise: LargeNoise = largeNoise(setting.question, setting.node, setting.seed),
): Agreed & { readonly noise: LargeNoise } {
  const { chain, set } = agree(setting, received, excluded);
  const body = { commitment: noise.root, seedHash: noise.seedHash };
  return { chain: append(chain, { kind: 'noised', body }, setting.now, setting.sign), set, noise };
}

/** Last two steps of mode S: the node's sum, sealed to the question's key. */
export async function finishShares(
  setting: NodeSetting,
  begun: { readonly chain: Chain; readonly set: readonly SignedContribution[]; readonly noise: NodeNoise },
  shares: ReadonlyMap<string, Share>,
): Promise<{ readonly chain: Chain; readonly release: Release; readonly sum: Opening }> {
  const { question, node, now, sign } = setting;
  const at = placeOf(setting);
  const openings = begun.set.map(({ document }) => {
    const share = shares.get(document.repository);
    if (!share) throw new Refusal('SHARE_MISMATCH', { repository: document.repository });
    return openingOf(share, question.cells);
  });
  const sum = nodeSum(openings, begun.noise);
  const commitment = sumPoints([
    ...begun.set.map(({ document }) => shareCommitment(document, at)),
    begun.noise.commitment,
  ]);
  const sent = await release(question, node, setRoot(begun.set), sum, setting.random);
  let chain = append(begun.chain, { kind: 'aggregated', body: { commitment: writePoint(commitment) } }, now, sign);
  chain = append(chain, sealed(question, releaseHash(sent)), now, sign);
  return { chain, release: sent, sum };
}

/** Last two steps of mode H, once the sum was added again and this node's switched share was made. */
export function finishDeposits(
  setting: NodeSetting,
  begun: { readonly chain: Chain; readonly set: readonly SignedContribution[] },
  noises: readonly string[],
  sumHash: string,
  share: Uint8Array,
): Chain {
  const { question, now, sign } = setting;
  const commitment = sumPoints([...begun.set.map(({ document }) => commitmentOf(document)), ...noises.map(readPoint)]);
  const chain = append(
    begun.chain,
    { kind: 'aggregated', body: { commitment: writePoint(commitment), sum: sumHash }, inbound: [sumHash] },
    now,
    sign,
  );
  return append(chain, sealed(question, ciphertextHash(share)), now, sign);
}

const sealed = (question: Question, output: string) =>
  ({
    kind: 'sealed',
    body: { output, recipient: keyThumbprint(readKey(question.searcherKey)) },
    outbound: [output],
  }) as const;

function shareCommitment(document: SignedContribution['document'], at: 0 | 1 | 2) {
  if (document.schema !== 'aggregora/contribution/1')
    throw new Refusal('QUESTION_MISMATCH', { repository: document.repository });
  return readPoint(document.shares[at]);
}
