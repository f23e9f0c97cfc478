// Three levels of audit over one transcript: A needs nothing secret, B the answer, C the seeds or one opening under mandate.
import { Refusal } from '../refusals';
import { aggregateName, expectedPoint, partsName } from './aggregate';
import { addOpenings, blame, opens, readPoint, sumPoints, writePoint, type Opening, type Point } from './certificate';
import {
  checkContribution,
  commitmentOf,
  contributionId,
  contributorSet,
  setRoot,
  type SignedContribution,
} from './contribution';
import { keyThumbprint, readKey } from './envelope';
import { verifySum, type LatticeParameters } from './lattice';
import {
  beaconOf,
  cellsOf,
  combineLarge,
  FINGERPRINT_TAG,
  fingerprintsHold,
  fingerprintsId,
  largeNoise,
  maskTotal,
  nodeSumHolds,
  noiseFingerprint,
  partFingerprint,
  shareRoot,
  sumRoot,
  valueOf,
  type LargeShare,
  type LargeSum,
  type SignedFingerprint,
} from './large';
import { verifyLinks } from './overlap/audit';
import { releaseKey, releaseKeyHash } from './overlap/mix';
import type { SignedCrossing } from './overlap/records';
import { nodeNoise, seedHash } from './noise';
import { jsonOf, questionId, type Question } from './question';
import type { Random } from './shares';
import { signatureHolds, type Signed, type Verify } from './signed';
import { checkChain, stepId, stepOf, unsignedBy, type Chain, type SignedCompletion } from './steps';

export const QUESTION_TAG = 'aggregora/signed-question/1';

export interface Transcript {
  readonly question: Signed<Question>;
  readonly contributions: readonly SignedContribution[];
  readonly chains: readonly Chain[];
  readonly completion: SignedCompletion;
  /** Large form: one of every repository of the set and of every node. */
  readonly fingerprints?: readonly SignedFingerprint[];
  /** Overlap: what both repositories signed in the second round. */
  readonly crossings?: readonly SignedCrossing[];
}

/** One thing that is wrong, and who did it where the protocol can tell. */
export interface Failure {
  readonly code: string;
  readonly party?: string;
}

/** What level A may be given besides the transcript. */
export interface Public {
  readonly verify: Verify;
  /** Thumbprint of the searcher's HPKE key in the registry. */
  readonly registered: string;
  /** Homomorphic mode: the deposits and noise ciphertexts in order of the set, then of the nodes. */
  readonly ciphertexts?: readonly Uint8Array[];
  readonly parameters?: LatticeParameters;
}

const attempt = (party: string | undefined, act: () => void): readonly Failure[] => {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const named = error.details['repository'] ?? party;
    return [typeof named === 'string' ? { code: error.code, party: named } : { code: error.code }];
  }
};

const unless = (holds: boolean, code: string, party?: string): readonly Failure[] =>
  holds ? [] : [party === undefined ? { code } : { code, party }];

/** The set after exclusions, as the transcript's nodes agreed on it. */
export function agreedSet({ contributions, chains }: Transcript): readonly SignedContribution[] {
  const excluded = new Set(
    chains.flatMap((chain) => stepOf(chain, 'verified')?.body.excluded.map(({ repository }) => repository) ?? []),
  );
  return [...contributions]
    .sort((a, b) => (a.document.repository < b.document.repository ? -1 : 1))
    .filter(({ document }) => !excluded.has(document.repository));
}

/** Level A: signatures, chains, sets, sums of commitments, receivers; in homomorphic mode the addition, in large form who said which fingerprint. Empty when all holds. */
export function verifyPublic(transcript: Transcript, given: Public): readonly Failure[] {
  const { question } = transcript;
  const { document } = question;
  const signed =
    question.by === document.searcher &&
    signatureHolds(QUESTION_TAG, { ...question, document: jsonOf(document) }, given.verify);
  const failures = [
    ...unless(signed, 'QUESTION_SIGNATURE_WRONG', document.searcher),
    ...unless(keyThumbprint(readKey(document.searcherKey)) === given.registered, 'SEARCHER_KEY_MISMATCH'),
    ...transcript.contributions.flatMap((one) =>
      attempt(one.by, () => {
        checkContribution(document, one, document.cutOff, given.verify);
      }),
    ),
    ...attempt(undefined, () => {
      contributorSet(transcript.contributions);
    }),
    ...unless(agreedSet(transcript).length >= document.minRepositories, 'TOO_FEW_REPOSITORIES'),
  ];
  const points = attempt(undefined, () => {
    partsName(document, agreedSet(transcript));
  });
  if (points.length > 0) return [...failures, ...points];
  return [
    ...failures,
    ...document.nodes.flatMap((node, at) => verifyNode(transcript, node, at, given)),
    ...verifyCompletion(transcript, given),
    ...verifyAddition(transcript, given),
    ...verifyFingerprints(transcript, given),
    ...(document.mode === 'overlap' ? verifyLinks(overlapOf(transcript), given.verify) : []),
  ];
}

/** What of a transcript an overlap is checked by. */
export const overlapOf = (transcript: Transcript) => ({
  question: transcript.question.document,
  set: agreedSet(transcript),
  crossings: transcript.crossings ?? [],
  chains: transcript.chains,
});

const noiseOf = (transcript: Transcript, node: string): string => {
  const chain = transcript.chains.find((one) => one.node === node);
  return (chain && stepOf(chain, 'noised')?.body.commitment) ?? '';
};

const noisesOf = (transcript: Transcript): readonly string[] =>
  transcript.question.document.nodes.map((node) => noiseOf(transcript, node));

/** The commitment that one node's sum must open. */
const expected = (transcript: Transcript, at: number): Point =>
  expectedPoint(transcript.question.document, agreedSet(transcript), at, noisesOf(transcript));

function verifyNode(transcript: Transcript, node: string, at: number, given: Public): readonly Failure[] {
  const chain = transcript.chains.find((one) => one.node === node);
  if (chain?.question !== questionId(transcript.question.document)) return [{ code: 'CHAIN_MISSING', party: node }];
  const overlap = transcript.question.document.mode === 'overlap';
  const [received, verified, noised, aggregated, mixed, sealed] = [
    stepOf(chain, 'received'),
    stepOf(chain, 'verified'),
    stepOf(chain, 'noised'),
    stepOf(chain, 'aggregated'),
    stepOf(chain, 'mixed'),
    stepOf(chain, 'sealed'),
  ];
  const broken = checkChain(chain, given.verify);
  if (!received || !verified || !noised || !(overlap ? mixed : aggregated) || !sealed)
    return [...broken, { code: 'STEP_MISSING', party: node }];
  const all = [...transcript.contributions].sort((a, b) => (a.document.repository < b.document.repository ? -1 : 1));
  const key = keyThumbprint(readKey(transcript.question.document.searcherKey));
  return [
    ...broken,
    ...unless(
      received.body.setRoot === setRoot(all) && verified.body.setRoot === setRoot(agreedSet(transcript)),
      'SET_DIFFERS',
      node,
    ),
    ...unless(
      received.body.contributions.join() === all.map(({ document }) => contributionId(document)).join(),
      'SET_DIFFERS',
      node,
    ),
    ...attempt(node, () => {
      if (overlap) return; // `verifyLinks` holds the lists together.
      if (
        aggregated?.body.commitment !==
        aggregateName(transcript.question.document, agreedSet(transcript), at, noisesOf(transcript))
      )
        throw new Refusal('AGGREGATE_DIFFERS');
    }),
    ...unless(sealed.body.recipient === key, 'SEALED_TO_ANOTHER', node),
    ...unless(sealed.body.output === transcript.completion.document.outputs[at], 'OUTPUT_DIFFERS', node),
    ...unless(noised.body.commitment === transcript.completion.document.noises[at], 'NOISE_DIFFERS', node),
    ...unless(stepId(sealed) === transcript.completion.document.chains[at], 'CHAIN_DIFFERS', node),
  ];
}

function verifyCompletion(transcript: Transcript, given: Public): readonly Failure[] {
  const { question, completion } = transcript;
  const set = agreedSet(transcript);
  const { document } = completion;
  const right =
    document.question === questionId(question.document) &&
    document.setRoot === setRoot(set) &&
    document.repositories === set.length &&
    document.parts === partsName(question.document, set);
  return [
    ...unless(right, 'COMPLETION_DIFFERS'),
    ...unsignedBy(completion, question.document.nodes, given.verify).map((party) => ({
      code: 'COMPLETION_UNSIGNED',
      party,
    })),
  ];
}

/** Adds the ciphertexts again and holds every node's posted hash against the result. */
function verifyAddition(transcript: Transcript, { ciphertexts, parameters }: Public): readonly Failure[] {
  if (transcript.question.document.mode !== 'homomorphic') return [];
  if (!ciphertexts || !parameters) return [{ code: 'CIPHERTEXTS_NOT_GIVEN' }];
  const noises = transcript.question.document.nodes
    .map((node) => transcript.chains.find((one) => one.node === node))
    .map((chain) => (chain && stepOf(chain, 'noised')?.body.ciphertext) ?? '');
  const deposits = agreedSet(transcript).map(({ document }) =>
    document.schema === 'aggregora/deposit/1' ? document.ciphertext : '',
  );
  return transcript.chains.flatMap((chain) =>
    attempt(chain.node, () => {
      verifySum(ciphertexts, [...deposits, ...noises], stepOf(chain, 'aggregated')?.body.sum ?? '', parameters);
    }),
  );
}

/** Everybody of the set and every node said one number, signed, for the challenge of exactly these chains. */
function verifyFingerprints(transcript: Transcript, { verify }: Public): readonly Failure[] {
  const { question, chains, completion, fingerprints = [] } = transcript;
  const { document } = question;
  if (document.mode !== 'large-shares') return unless(fingerprints.length === 0, 'FINGERPRINT_DIFFERS');
  const missing = attempt(undefined, () => beaconOf(document, chains));
  if (missing.length > 0) return missing;
  const beacon = beaconOf(document, chains);
  const parties = [...agreedSet(transcript).map((one) => one.document.repository), ...document.nodes];
  const failures = parties.flatMap((party) => {
    const own = fingerprints.filter((one) => one.document.of === party);
    const [one] = own;
    if (one === undefined) return [{ code: 'FINGERPRINT_MISSING', party }];
    const right =
      own.length === 1 &&
      one.by === party &&
      one.document.question === questionId(document) &&
      one.document.beacon === beacon &&
      signatureHolds(FINGERPRINT_TAG, one, verify) &&
      attempt(party, () => valueOf(one.document)).length === 0;
    return unless(right, 'FINGERPRINT_DIFFERS', party);
  });
  const strangers = fingerprints.length > parties.length;
  const named = completion.document.fingerprints === fingerprintsId(fingerprints);
  return [...failures, ...unless(!strangers && named, 'COMPLETION_DIFFERS')];
}

/**
 * Level B of the large form: are the shown sums those that the nodes put on record before the challenge, and do they add up to
 * what repositories and nodes said under it? A node that shows another sum is named; a false sum or fingerprint is not (see
 * `large/fingerprint`): for that an auditor needs `verifyNoise`, `verifyNodeSum`, `verifyLargePart`.
 */
export function verifyLargeAnswer(transcript: Transcript, parts: readonly LargeSum[]): readonly Failure[] {
  const { document } = transcript.question;
  const ordered = document.nodes.map((node) => parts.find((one) => one.node === node));
  const shown = ordered.filter((one) => one !== undefined);
  const differing = document.nodes.flatMap((node, at) => {
    const part = ordered[at];
    const chain = transcript.chains.find((one) => one.node === node);
    const root = (chain && stepOf(chain, 'aggregated')?.body.sum) ?? '';
    const same = part?.sum.length === document.cells && sumRoot(part.sum, part.mask) === root;
    return unless(same, 'SUM_DIFFERS', node);
  });
  if (differing.length > 0) return differing;
  const holds = (): boolean =>
    fingerprintsHold(
      combineLarge(shown),
      transcript.fingerprints ?? [],
      shown.map(({ mask }) => mask),
      beaconOf(document, transcript.chains),
    );
  return attempt(undefined, () => {
    if (!holds()) throw new Refusal('CERTIFICATE_FAILS');
  });
}

/**
 * Level C for one node alone: from its noise's seed and the shares that it held, which say nothing without the others', its sum
 * and its masks again. Empty when it sent what it should; otherwise it is named.
 */
export function verifyNodeSum(
  transcript: Transcript,
  part: LargeSum,
  seed: Uint8Array,
  shares: ReadonlyMap<string, LargeShare>,
): readonly Failure[] {
  const { document } = transcript.question;
  const { node } = part;
  const at = document.nodes.indexOf(node);
  const set = agreedSet(transcript).map((one) => one.document);
  const own = set.map(({ repository }) => shares.get(repository));
  const held = own.filter((share) => share !== undefined);
  const roots = set.map((one) => (one.schema === 'aggregora/large-contribution/1' ? (one.shares[at] ?? '') : ''));
  const { cells } = largeNoise(document, node, seed);
  const mask = maskTotal(
    document,
    node,
    held.map((share) => share.seed),
    seed,
  );
  return [
    ...unless(held.length === own.length && nodeSumHolds(held, roots, cells, part.sum), 'SUM_DIFFERS', node),
    ...unless(Buffer.from(mask).equals(part.mask), 'MASK_DIFFERS', node),
  ];
}

/** Level C: a repository opens its three shares to the auditor. Named when they are not the recorded ones, or its fingerprint is of other cells. */
export function verifyLargePart(
  transcript: Transcript,
  repository: string,
  shares: readonly LargeShare[],
): readonly Failure[] {
  const { document } = transcript.question;
  const one = transcript.contributions.find((signed) => signed.document.repository === repository)?.document;
  const said = transcript.fingerprints?.find((signed) => signed.document.of === repository)?.document;
  if (one?.schema !== 'aggregora/large-contribution/1' || said === undefined || shares.length !== 3)
    return [{ code: 'PART_DIFFERS', party: repository }];
  const rooted = shares.every((share, at) => shareRoot(share, document.cells) === one.shares[at]);
  const cells = combineLarge(
    shares.map((share) => ({ node: '', sum: cellsOf(share, document.cells), mask: share.seed })),
  );
  const again = partFingerprint(
    document,
    repository,
    said.beacon,
    cells,
    shares.map(({ seed }) => seed),
  );
  return unless(rooted && again.value === said.value, 'PART_DIFFERS', repository);
}

/**
 * Level B: does the answer open the sum of committed parts and noises? With the nodes' openings (mode S) the cheat is named.
 * The answer's cells are the noisy sums as combined, before any post-processing.
 */
export function verifyAnswer(
  transcript: Transcript,
  answer: Opening,
  parts: readonly { node: string; opening: Opening }[],
  random: Random,
): readonly Failure[] {
  const { nodes, mode } = transcript.question.document;
  // A large vector has no commitments: `verifyLargeAnswer`.
  if (mode === 'large-shares') return [{ code: 'CERTIFICATE_FAILS' }];
  // An overlap has no vector: `overlap.verifyCount`, `overlap.verifyTurns`.
  if (mode === 'overlap') return [{ code: 'CERTIFICATE_FAILS' }];
  const whole = sumPoints([
    ...agreedSet(transcript).map(({ document }) => commitmentOf(document)),
    ...nodes.map((node) => readPoint(noiseOf(transcript, node))),
  ]);
  if (answer.cells.length === transcript.question.document.cells && opens(whole, answer)) return [];
  const claims = parts.map(({ node, opening }) => ({
    by: node,
    commitment: expected(transcript, nodes.indexOf(node)),
    opening,
  }));
  const named = blame(claims, random);
  if (named.length > 0) return named.map((party) => ({ code: 'CERTIFICATE_FAILS', party }));
  // All three sums are right, so the answer is not what they add up to.
  const adds = parts.length === 3 && opens(whole, addOpenings(parts.map(({ opening }) => opening)));
  return [{ code: adds ? 'ANSWER_ALTERED' : 'CERTIFICATE_FAILS' }];
}

/** Level C: a node's noise derived again from the seed it hands to the auditor. */
export function verifyNoise(transcript: Transcript, node: string, seed: Uint8Array): readonly Failure[] {
  const noised = transcript.chains.filter((one) => one.node === node).map((chain) => stepOf(chain, 'noised'))[0];
  const again = noiseNames(transcript, node, seed);
  return [
    ...unless(noised?.body.seedHash === again.seedHash, 'SEED_DIFFERS', node),
    ...unless(noised?.body.commitment === again.commitment, 'NOISE_DIFFERS', node),
    ...unless(again.fingerprint === saidBy(transcript, node)?.value, 'FINGERPRINT_DIFFERS', node),
  ];
}

const saidBy = ({ fingerprints = [] }: Transcript, party: string) =>
  fingerprints.find(({ document }) => document.of === party)?.document;

/** Names of a node's noise, from its seed; in large form also its fingerprint under the challenge that it answered. */
function noiseNames(
  transcript: Transcript,
  node: string,
  seed: Uint8Array,
): { commitment: string; seedHash: string; fingerprint: string | undefined } {
  const question = transcript.question.document;
  if (question.mode === 'overlap') {
    const id = questionId(question);
    return {
      commitment: releaseKeyHash(question, node, releaseKey(question, node, seed)),
      seedHash: seedHash(id, node, seed),
      fingerprint: undefined,
    };
  }
  if (question.mode === 'large-shares') {
    const noise = largeNoise(question, node, seed);
    const beacon = saidBy(transcript, node)?.beacon ?? '';
    const { value } = noiseFingerprint(question, node, beacon, noise.cells, seed);
    return { commitment: noise.root, seedHash: noise.seedHash, fingerprint: value };
  }
  const noise = nodeNoise(questionId(question), node, question.noiseScale, question.cells, seed);
  return { commitment: writePoint(noise.commitment), seedHash: noise.seedHash, fingerprint: undefined };
}

/** Level C: a repository opens its own commitment to the auditor. */
export function verifyPart(transcript: Transcript, repository: string, opening: Opening): readonly Failure[] {
  const one = transcript.contributions.find(({ document }) => document.repository === repository);
  return unless(one !== undefined && opens(commitmentOf(one.document), opening), 'PART_DIFFERS', repository);
}
