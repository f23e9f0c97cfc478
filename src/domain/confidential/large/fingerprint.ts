// The sum certificate of large vectors: one number a party, linear in its cells, asked for when nobody can change a cell any more.
//
// A vector commitment to a million cells costs half a minute a party. Instead, in a second round:
//  1. Every node's `aggregated` step binds its sum S_k and its mask total T_k by one hash (`sumRoot`), and its `sealed` step
//     follows. The three sealed steps together name the beacon; from it comes one scalar c of the ristretto255 field (order l,
//     253 bits), and cell j counts c^(j+1).
//  2. Repository i signs F_i = Σ_j c^(j+1)·x_ij + m_i, where m_i = m_i1 + m_i2 + m_i3 and m_ik comes from the seed of the share
//     that node k holds. Node k signs G_k = Σ_j c^(j+1)·ν_kj + n_k, with ν_k its noise and n_k from the noise's seed.
//  3. The sealed release brings S_k and T_k = Σ_i m_ik + n_k, which does not depend on c. With Y = ΣS_k lifted to signed integers,
//     anyone who is shown the releases checks Σ_j c^(j+1)·Y_j = ΣF_i + ΣG_k − ΣT_k (mod l).
//
// Soundness: S_k and T_k are fixed before c is known. If Y is not Σx_i + Σν_k, both sides differ by a polynomial in c of degree
// at most the number of cells; a random c is a root with probability cells/l < 2^−230 (Schwartz 1980, Zippel 1979), and choosing
// among sealed steps (the last node may try) costs one such try each. A node alone can therefore shift the sum only by what it
// also adds to G_k, that is by what it claims as noise; level C derives ν_k and n_k from the seed and names it. This is what the
// Pedersen certificate of mode S gives, with one difference: a false F_i, or a false sum, is detected by all and named only by
// an auditor (`verifyNodeSum`, `verifyLargePart`). Showing another Y afterwards fails at the hash of S_k.
//
// Privacy: with two nodes, the searcher and all other repositories against one, m_i of an honest node is unknown for each i, and
// only T = Σ_i m_i + n of it is released: what follows is c·(x_i + ν), a value of the sum that was released anyway. Two numbers of
// one party for two challenges would be a linear equation over its cells alone: each answers one beacon a question, and a node
// releases T_k only when every fingerprint on record is for the beacon that it answered itself.
import { concatBytes, contentId, fromB64u, b64u, hex, sha256, utf8, type ContentId, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import { mod, ORDER, readScalars, SCALAR_BYTES, wideScalar, WIDE, writeScalars } from '../certificate';
import { questionId, type Question } from '../question';
import { stretch } from '../shares';
import type { Signed } from '../signed';
import { stepId, stepOf, type Chain } from '../steps';
import { shareRoot } from './ring64';

/** What a repository or a node says of its cells under the challenge. */
export interface Fingerprint {
  readonly schema: 'aggregora/fingerprint/1';
  readonly question: string;
  /** The repository or the node. */
  readonly of: string;
  /** Hex, 32 bytes: which challenge it answers. */
  readonly beacon: string;
  /** base64url of 32 little-endian bytes, below the group order. */
  readonly value: string;
}
export type SignedFingerprint = Signed<Fingerprint>;
export const FINGERPRINT_TAG = 'aggregora/fingerprint/1';

/** One name for all of them, in order of their parties: goes into the completion, under three signatures. */
export const fingerprintsId = (all: readonly SignedFingerprint[]): ContentId =>
  contentId(
    'aggregora/fingerprints/1',
    ordered(all).map(({ document }) => document as unknown as Json),
  );

export const ordered = (all: readonly SignedFingerprint[]): readonly SignedFingerprint[] =>
  [...all].sort((a, b) => (a.document.of < b.document.of ? -1 : 1));

/** Hex; of the three sealed steps in the question's order of nodes. Refuses STEP_OUT_OF_ORDER while one is missing. */
export function beaconOf(question: Question, chains: readonly Chain[]): string {
  const sealed = question.nodes.map((node) => {
    const chain = chains.find((one) => one.node === node);
    const step = chain && stepOf(chain, 'sealed');
    if (!step) throw new Refusal('STEP_OUT_OF_ORDER', { node, step: 'fingerprint' });
    return utf8(`${stepId(step)}\n`);
  });
  return hex(sha256(utf8(`aggregora/beacon/1\0${questionId(question)}\n`), ...sealed));
}

/** The scalar of a beacon. */
export const challengeOf = (beacon: string): bigint =>
  wideScalar(stretch('aggregora/fingerprint-challenge/1', utf8(beacon), WIDE));

const BLOCK = 1024;

/** Σ cells[j]·c^(j+1) modulo the order: products of a block are added before they are reduced, 0.2 µs a cell. */
export function linear(cells: BigInt64Array, c: bigint): bigint {
  const powers = [mod(c)];
  for (let at = 1; at < Math.min(BLOCK, cells.length); at += 1) powers.push(((powers[at - 1] as bigint) * c) % ORDER);
  const step = powers.at(-1) ?? 0n;
  let total = 0n;
  for (let from = Math.floor((cells.length - 1) / BLOCK) * BLOCK; from >= 0; from -= BLOCK) {
    let block = 0n;
    const length = Math.min(BLOCK, cells.length - from);
    for (let at = 0; at < length; at += 1) {
      const cell = cells[from + at] as bigint;
      if (cell !== 0n) block += cell * (powers[at] as bigint);
    }
    total = mod(total * step + block);
  }
  return total;
}

const maskOf = (domain: string, question: string, seed: Uint8Array): bigint =>
  wideScalar(stretch(`aggregora/${domain}/1|${question}`, seed, WIDE));

/** m_ik: repository and node derive it from the seed of the share between them. */
export const partMask = (question: Question, seed: Uint8Array): bigint =>
  maskOf('fingerprint-mask', questionId(question), seed);

/** n_k: the node, and an auditor who is shown its noise's seed. */
export const noiseMask = (question: Question, node: string, seed: Uint8Array): bigint =>
  maskOf('fingerprint-noise', `${questionId(question)}|${node}`, seed);

/** T_k, the sum of a node's masks, as it stands in the release. */
export const maskTotal = (
  question: Question,
  node: string,
  parts: readonly Uint8Array[],
  noiseSeed: Uint8Array,
): Uint8Array =>
  writeScalars([
    parts.reduce((sum, seed) => sum + partMask(question, seed), 0n) + noiseMask(question, node, noiseSeed),
  ]);

export const MASK_BYTES = SCALAR_BYTES;

/** What the `aggregated` step says of a node's sum: the mask total is the salt, so the hash binds both and tells neither. */
export const sumRoot = (sum: BigUint64Array, mask: Uint8Array): string =>
  shareRoot({ seed: concatBytes(utf8('sum'), mask), cells: sum }, sum.length);

const documentOf = (question: Question, of: string, beacon: string, value: bigint): Fingerprint => ({
  schema: 'aggregora/fingerprint/1',
  question: questionId(question),
  of,
  beacon,
  value: b64u(writeScalars([value])),
});

/** A repository's fingerprint, to be signed by its owner; `seeds` are those of its three shares. */
export const partFingerprint = (
  question: Question,
  repository: string,
  beacon: string,
  cells: BigInt64Array,
  seeds: readonly Uint8Array[],
): Fingerprint =>
  documentOf(
    question,
    repository,
    beacon,
    seeds.reduce((sum, seed) => sum + partMask(question, seed), linear(cells, challengeOf(beacon))),
  );

/** A node's fingerprint of its noise. */
export const noiseFingerprint = (
  question: Question,
  node: string,
  beacon: string,
  noise: BigInt64Array,
  seed: Uint8Array,
): Fingerprint =>
  documentOf(question, node, beacon, linear(noise, challengeOf(beacon)) + noiseMask(question, node, seed));

/** Refuses SHARE_MALFORMED for anything but one reduced scalar. */
export const valueOf = ({ value }: Fingerprint): bigint => readScalars(fromB64u(value), 1)[0] ?? 0n;

/** True when the answer is what the fingerprints say it is. `masks` are the nodes' totals. */
export function fingerprintsHold(
  answer: BigInt64Array,
  fingerprints: readonly SignedFingerprint[],
  masks: readonly Uint8Array[],
  beacon: string,
): boolean {
  const said = fingerprints.reduce((sum, { document }) => sum + valueOf(document), 0n);
  const masked = masks.reduce((sum, mask) => sum + (readScalars(mask, 1)[0] ?? 0n), 0n);
  return linear(answer, challengeOf(beacon)) === mod(said - masked);
}
