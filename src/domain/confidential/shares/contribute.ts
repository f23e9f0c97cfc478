// What one repository sends: a public record of commitments and hashes, and one sealed envelope a node.
import type { Json } from '../../canonical';
import { Refusal } from '../../refusals';
import { readPoint, writePoint } from '../certificate';
import { envelopeHash, open, seal, type EnvelopeKeys } from '../envelope';
import { questionId, type Question } from '../question';
import { checkBound, openingOf, split, type Random, type Share } from './split';
import { readShare, writeShare } from './wire';

/** The public record; the repository signs its canonical bytes. */
export interface ShareContribution {
  readonly schema: 'aggregora/contribution/1';
  readonly question: string;
  readonly repository: string;
  readonly shares: readonly [string, string, string];
  /** SHA-256 of each node's envelope, in the question's order of nodes. */
  readonly envelopes: readonly [string, string, string];
}

/** What an envelope is bound to: it opens for no other question, repository, node or commitments. */
export const shareHeader = (question: string, repository: string, node: string, shares: readonly string[]): Json => ({
  schema: 'aggregora/share-envelope/1',
  question,
  repository,
  node,
  shares,
});

export interface Contributed {
  readonly record: ShareContribution;
  readonly envelopes: readonly [Uint8Array, Uint8Array, Uint8Array];
}

/**
 * Shares, commits and seals a vector of the question's length. `nodeKeys` are the raw HPKE keys from the registry.
 * Refuses VALUE_OUT_OF_BOUND and QUESTION_MALFORMED (length).
 */
export async function contribute(
  question: Question,
  repository: string,
  cells: readonly bigint[],
  nodeKeys: readonly [Uint8Array, Uint8Array, Uint8Array],
  random: Random,
): Promise<Contributed> {
  if (cells.length !== question.cells) throw new Refusal('QUESTION_MALFORMED', { cells: cells.length });
  checkBound(cells, BigInt(question.bound));
  const { shares, commitments } = split(cells, random);
  const id = questionId(question);
  const names = [writePoint(commitments[0]), writePoint(commitments[1]), writePoint(commitments[2])] as const;
  const sealFor = (at: 0 | 1 | 2): Promise<Uint8Array> =>
    seal(nodeKeys[at], shareHeader(id, repository, question.nodes[at], names), writeShare(shares[at]), random);
  const envelopes = [await sealFor(0), await sealFor(1), await sealFor(2)] as const;
  const hashes = [envelopeHash(envelopes[0]), envelopeHash(envelopes[1]), envelopeHash(envelopes[2])] as const;
  return {
    record: { schema: 'aggregora/contribution/1', question: id, repository, shares: names, envelopes: hashes },
    envelopes,
  };
}

/** The share inside an envelope; refuses CIPHERTEXT_HASH_MISMATCH, ENVELOPE_BROKEN, SHARE_MALFORMED, POINT_MALFORMED. */
export async function receive(
  question: Question,
  at: 0 | 1 | 2,
  record: ShareContribution,
  envelope: Uint8Array,
  keys: EnvelopeKeys,
): Promise<Share> {
  const { repository } = record;
  if (record.question !== questionId(question)) throw new Refusal('QUESTION_MISMATCH', { repository });
  if (envelopeHash(envelope) !== record.envelopes[at]) throw new Refusal('CIPHERTEXT_HASH_MISMATCH', { repository });
  record.shares.forEach(readPoint);
  const header = shareHeader(record.question, repository, question.nodes[at], record.shares);
  return readShare(await open(keys, header, envelope), question.cells);
}

/** A claim for the batch check of one node: its own share against its own commitment. */
export const shareClaim = (at: 0 | 1 | 2, record: ShareContribution, share: Share, cells: number) => ({
  by: record.repository,
  commitment: readPoint(record.shares[at]),
  opening: openingOf(share, cells),
});
