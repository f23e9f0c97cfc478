// The way out of mode S: each node seals its sum to the searcher's key of the signed question, and the searcher adds three.
import { b64u, fromB64u, hex, sha256, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import {
  addCommitments,
  addOpenings,
  blame,
  centred,
  opens,
  readPoint,
  type Claim,
  type Opening,
} from '../certificate';
import { open, readKey, seal, type EnvelopeKeys } from '../envelope';
import { questionId, type Question } from '../question';
import { addShares, type ShareSet } from './set';
import type { Random } from './split';
import { readOpening, writeOpening } from './wire';

export interface Release {
  readonly schema: 'aggregora/release/1';
  readonly question: string;
  readonly node: string;
  readonly setRoot: string;
  /** base64url of the HPKE envelope. */
  readonly envelope: string;
}

const header = (question: Question, node: string, setRoot: string): Json => ({
  schema: 'aggregora/release/1',
  question: questionId(question),
  template: question.template,
  node,
  setRoot,
});

/** Sum of the shares and of this node's noise, with all blindings. */
export const nodeSum = (openings: readonly Opening[], noise: Opening): Opening => addOpenings([...openings, noise]);

/** Seals a node's sum. */
export const release = (
  question: Question,
  node: string,
  setRoot: string,
  sum: Opening,
  random: Random,
): Promise<Release> => sealContent(question, node, setRoot, writeOpening(sum), random);

/** What a node gives out, sealed. There is no key argument: the key is the question's, so nobody can swap it on the way. */
export async function sealContent(
  question: Question,
  node: string,
  setRoot: string,
  content: Uint8Array,
  random: Random,
): Promise<Release> {
  const envelope = await seal(readKey(question.searcherKey), header(question, node, setRoot), content, random);
  return { schema: 'aggregora/release/1', question: questionId(question), node, setRoot, envelope: b64u(envelope) };
}

/** What goes on record about a release. */
export const releaseHash = ({ envelope }: Release): string => hex(sha256(fromB64u(envelope)));

/** A node's opening, by the searcher. Refuses QUESTION_MISMATCH, ENVELOPE_BROKEN, SHARE_MALFORMED. */
export async function openRelease(
  question: Question,
  sent: Release,
  setRoot: string,
  keys: EnvelopeKeys,
): Promise<Opening> {
  return readOpening(await openContent(question, sent, setRoot, keys), question.cells);
}

/** What `sealContent` sealed. Refuses QUESTION_MISMATCH, ENVELOPE_BROKEN. */
export async function openContent(
  question: Question,
  sent: Release,
  setRoot: string,
  keys: EnvelopeKeys,
): Promise<Uint8Array> {
  if (sent.question !== questionId(question) || sent.setRoot !== setRoot)
    throw new Refusal('QUESTION_MISMATCH', { node: sent.node });
  return open(keys, header(question, sent.node, setRoot), fromB64u(sent.envelope));
}

export interface NodeOpening {
  readonly node: string;
  readonly opening: Opening;
  /** Commitment of the node's noise, base64url. */
  readonly noise: string;
}

/** The combined answer: centred cells and the blinding of the whole. */
export function combine(parts: readonly NodeOpening[]): Opening {
  const { cells, blinding } = addOpenings(parts.map(({ opening }) => opening));
  return { cells: cells.map(centred), blinding };
}

/** The commitment that one node's sum must open. */
export const expectedOf = (set: ShareSet, at: 0 | 1 | 2, noise: string) =>
  addCommitments([...set.contributions.map((one) => readPoint(one.shares[at])), readPoint(noise)]);

/** True when the answer is the sum of the committed parts and noises. */
export const answerHolds = (set: ShareSet, parts: readonly NodeOpening[], answer: Opening): boolean =>
  opens(addCommitments([addShares(set.contributions), ...parts.map(({ noise }) => readPoint(noise))]), answer);

/** Names of the nodes whose sums do not open: nobody's part is opened for it. Empty when all is well. */
export function cheatingNodes(
  question: Question,
  set: ShareSet,
  parts: readonly NodeOpening[],
  random: Random,
): readonly string[] {
  const claims = parts.map(({ node, opening, noise }): Claim => {
    const at = question.nodes.indexOf(node);
    if (at !== 0 && at !== 1 && at !== 2) throw new Refusal('QUESTION_MISMATCH', { node });
    return { by: node, commitment: expectedOf(set, at, noise), opening };
  });
  return blame(claims, random);
}
