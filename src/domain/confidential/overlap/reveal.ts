// The way out: each node seals its release key to the searcher, the last one the lists with it; the searcher counts what is in both.
import { parseRational } from '../../safe-answers/rational';
import { Refusal } from '../../refusals';
import type { EnvelopeKeys } from '../envelope';
import type { Question } from '../question';
import { openContent, sealContent, type Release } from '../shares/release';
import type { Random } from '../shares/split';
import { shiftOf } from './shift';
import { readPair, sizeAt, writePair, type Pair } from './mix';
import { common, POINT_BYTES, product, raised, raisedNow, type Breathe, type Exponent } from './points';

/** What the three releases hold together: whoever has it can count, and can learn nothing else from it. */
export interface Revealed {
  readonly keys: readonly [Exponent, Exponent, Exponent];
  readonly pair: Pair;
}

export const releaseOverlap = (
  question: Question,
  node: string,
  setRoot: string,
  key: Exponent,
  pair: Pair | undefined,
  random: Random,
): Promise<Release> => {
  const content = Buffer.concat([key, pair === undefined ? new Uint8Array() : writePair(pair)]);
  return sealContent(question, node, setRoot, new Uint8Array(content), random);
};

/** By the searcher. Refuses QUESTION_MISMATCH, ENVELOPE_BROKEN, OVERLAP_LIST_MALFORMED. */
export async function openOverlap(
  question: Question,
  releases: readonly Release[],
  setRoot: string,
  keys: EnvelopeKeys,
): Promise<Revealed> {
  const found: Uint8Array[] = [];
  for (const [at, node] of question.nodes.entries()) {
    const sent = releases[at];
    if (sent?.node !== node) throw new Refusal('QUESTION_MISMATCH', { node });
    found.push(await openContent(question, sent, setRoot, keys));
  }
  const [a, b, c] = found;
  if (a?.length !== POINT_BYTES || b?.length !== POINT_BYTES || c === undefined)
    throw new Refusal('OVERLAP_LIST_MALFORMED', { releases: found.length });
  const pair = readPair(c.slice(POINT_BYTES), sizeAt(question, 3));
  return { keys: [a, b, c.slice(0, POINT_BYTES)], pair };
}

/** The first list once all three release keys are taken in: from here on equal units are equal points. */
export const comparable = ({ keys, pair: [a] }: Revealed, breathe: Breathe): Promise<readonly Uint8Array[]> =>
  raised(a.points, product(...keys), breathe);
export const comparableNow = ({ keys, pair: [a] }: Revealed): readonly Uint8Array[] =>
  raisedNow(a.points, product(...keys));

/** The noisy count: points in both lists, less what the nodes' noise was moved up by. */
export function counted(noiseScale: string, first: readonly Uint8Array[], { pair: [, b] }: Revealed): bigint {
  const both = BigInt(common(first, b.points));
  return noiseScale === 'none' ? both : both - 3n * shiftOf(parseRational(noiseScale));
}

/** Whether honest lists can give this count: noise beyond the shift is rarer than once in 2^40 questions. */
export function plausible({ noiseScale, cells }: Question, count: bigint): boolean {
  const shift = noiseScale === 'none' ? 0n : shiftOf(parseRational(noiseScale));
  return count >= -shift && count <= BigInt(cells) + shift;
}
