// Large vectors from repository to searcher: the same envelopes, steps and guards, with tile roots for commitments and a fingerprint for the certificate.
import { b64u, concatBytes, fromB64u, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import { aggregateName } from '../aggregate';
import { setRoot, type LargeContribution, type SignedContribution } from '../contribution';
import { envelopeHash, keyThumbprint, open, readKey, seal, type EnvelopeKeys } from '../envelope';
import { drawNoise, seedHash } from '../noise';
import { questionId, type Question } from '../question';
import { releaseHash, shareHeader, stream, stretch, type Random, type Release } from '../shares';
import type { Sign } from '../signed';
import { append, type Chain } from '../steps';
import { MASK_BYTES, maskTotal, sumRoot } from './fingerprint';
import {
  addInto,
  bytesOf,
  cellsOf,
  centred64,
  checkRoot,
  readLarge,
  shareRoot,
  splitLarge,
  writeLarge,
  type LargeShare,
} from './ring64';

type Three<T> = readonly [T, T, T];

/** Shares, hashes and seals one repository's cells. Refuses VALUE_OUT_OF_BOUND and QUESTION_MALFORMED (length). */
export async function contributeLarge(
  question: Question,
  repository: string,
  cells: BigInt64Array,
  nodeKeys: Three<Uint8Array>,
  random: Random,
): Promise<{
  readonly record: LargeContribution;
  readonly envelopes: Three<Uint8Array>;
  readonly shares: Three<LargeShare>;
}> {
  if (cells.length !== question.cells) throw new Refusal('QUESTION_MALFORMED', { cells: cells.length });
  const bound = BigInt(question.bound);
  const at = cells.findIndex((cell) => cell > bound || cell < -bound);
  if (at >= 0) throw new Refusal('VALUE_OUT_OF_BOUND', { at });
  const shares = splitLarge(cells, random);
  const id = questionId(question);
  const root = (node: 0 | 1 | 2): string => shareRoot(shares[node], cells.length);
  const roots = [root(0), root(1), root(2)] as const;
  const sealFor = (node: 0 | 1 | 2): Promise<Uint8Array> =>
    seal(nodeKeys[node], shareHeader(id, repository, question.nodes[node], roots), writeLarge(shares[node]), random);
  const envelopes = [await sealFor(0), await sealFor(1), await sealFor(2)] as const;
  const hashes = [envelopeHash(envelopes[0]), envelopeHash(envelopes[1]), envelopeHash(envelopes[2])] as const;
  const schema = 'aggregora/large-contribution/1' as const;
  return { record: { schema, question: id, repository, shares: roots, envelopes: hashes }, envelopes, shares };
}

/** The shares that match their recorded roots, and the repositories whose do not, with the reason. */
export async function verifyLarge(
  question: Question,
  at: 0 | 1 | 2,
  contributions: readonly { readonly document: LargeContribution }[],
  envelopes: ReadonlyMap<string, Uint8Array>,
  keys: EnvelopeKeys,
): Promise<{
  readonly shares: ReadonlyMap<string, LargeShare>;
  readonly excluded: readonly { readonly repository: string; readonly code: string }[];
}> {
  const shares = new Map<string, LargeShare>();
  const excluded: { repository: string; code: string }[] = [];
  for (const { document } of contributions) {
    const { repository } = document;
    try {
      const envelope = envelopes.get(repository) ?? new Uint8Array(0);
      shares.set(repository, await receiveLarge(question, at, document, envelope, keys));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      excluded.push({ repository, code: error.code });
    }
  }
  return { shares, excluded };
}

/** A node's share; refuses QUESTION_MISMATCH, CIPHERTEXT_HASH_MISMATCH, ENVELOPE_BROKEN, SHARE_MALFORMED, SHARE_MISMATCH. */
export async function receiveLarge(
  question: Question,
  at: 0 | 1 | 2,
  record: LargeContribution,
  envelope: Uint8Array,
  keys: EnvelopeKeys,
): Promise<LargeShare> {
  const { repository } = record;
  if (record.question !== questionId(question)) throw new Refusal('QUESTION_MISMATCH', { repository });
  if (envelopeHash(envelope) !== record.envelopes[at]) throw new Refusal('CIPHERTEXT_HASH_MISMATCH', { repository });
  const header = shareHeader(record.question, repository, question.nodes[at], record.shares);
  const share = readLarge(await open(keys, header, envelope), question.cells);
  checkRoot(share, question.cells, record.shares[at], repository);
  return share;
}

export interface LargeNoise {
  readonly cells: BigInt64Array;
  readonly root: string;
  readonly seedHash: string;
}

/** A node's noise for a large vector (20 µs a cell: a million want a thread of their own), with the tile root that stands for its commitment. */
export function largeNoise(question: Question, node: string, seed: Uint8Array): LargeNoise {
  const name = `${questionId(question)}|${node}`;
  const cells = BigInt64Array.from(
    drawNoise(question.noiseScale, question.cells, stream(`aggregora/noise/1|${name}`, seed)),
  );
  const salt = stretch(`aggregora/noise-salt/1|${name}`, seed, 32);
  const root = shareRoot({ seed: salt, cells: new BigUint64Array(cells.buffer) }, cells.length);
  return { cells, root, seedHash: seedHash(questionId(question), node, seed) };
}

const header = (question: Question, node: string, root: string): Json => ({
  schema: 'aggregora/large-release/1',
  question: questionId(question),
  node,
  setRoot: root,
});

/** The last two steps: the node's sum of shares and noise with its mask total, bound by a hash and sealed to the question's key. */
export async function finishLarge(
  setting: {
    readonly question: Question;
    readonly node: string;
    /** Of this node's noise. */
    readonly seed: Uint8Array;
    readonly random: Random;
    readonly sign: Sign;
    readonly now: number;
  },
  begun: { readonly chain: Chain; readonly set: readonly SignedContribution[] },
  shares: ReadonlyMap<string, LargeShare>,
  noise: { readonly cells: BigInt64Array; readonly root: string },
): Promise<{ readonly chain: Chain; readonly release: Release; readonly sum: BigUint64Array }> {
  const { question, node, seed, random, sign, now } = setting;
  const own = begun.set.map(({ document: { repository } }) => {
    const share = shares.get(repository);
    if (share === undefined) throw new Refusal('SHARE_MISMATCH', { repository });
    return share;
  });
  const sum = new BigUint64Array(
    noise.cells.buffer.slice(noise.cells.byteOffset, noise.cells.byteOffset + noise.cells.byteLength),
  );
  for (const share of own) addInto(sum, cellsOf(share, question.cells));
  const mask = maskTotal(
    question,
    node,
    own.map((share) => share.seed),
    seed,
  );
  const root = setRoot(begun.set);
  const content = concatBytes(bytesOf(sum), mask);
  const envelope = await seal(readKey(question.searcherKey), header(question, node, root), content, random);
  const release: Release = {
    schema: 'aggregora/release/1',
    question: questionId(question),
    node,
    setRoot: root,
    envelope: b64u(envelope),
  };
  const at = question.nodes.indexOf(node);
  const noises = question.nodes.map((_, index) => (index === at ? noise.root : ''));
  const body = { commitment: aggregateName(question, begun.set, at, noises), sum: sumRoot(sum, mask) };
  const output = releaseHash(release);
  let chain = append(begun.chain, { kind: 'aggregated', body }, now, sign);
  const recipient = keyThumbprint(readKey(question.searcherKey));
  chain = append(chain, { kind: 'sealed', body: { output, recipient }, outbound: [output] }, now, sign);
  return { chain, release, sum };
}

/** What a node released: its sum, which is uniformly random alone, and the total of its masks. */
export interface LargeSum {
  readonly node: string;
  readonly sum: BigUint64Array;
  readonly mask: Uint8Array;
}

/** A node's released sum, by the searcher. Refuses ENVELOPE_BROKEN, SHARE_MALFORMED. */
export async function openLarge(question: Question, sent: Release, keys: EnvelopeKeys): Promise<LargeSum> {
  const bytes = await open(keys, header(question, sent.node, sent.setRoot), fromB64u(sent.envelope));
  if (bytes.length !== question.cells * 8 + MASK_BYTES) throw new Refusal('SHARE_MALFORMED', { bytes: bytes.length });
  const cells = question.cells * 8;
  return { node: sent.node, sum: new BigUint64Array(bytes.slice(0, cells).buffer), mask: bytes.slice(cells) };
}

/** Three sums added and lifted to signed integers. */
export function combineLarge(parts: readonly LargeSum[]): BigInt64Array {
  const total = new BigUint64Array(parts[0]?.sum.length ?? 0);
  for (const { sum } of parts) addInto(total, sum);
  return centred64(total);
}
