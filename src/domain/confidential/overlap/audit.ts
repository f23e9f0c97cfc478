// Three levels of audit of an overlap: A links what was recorded, B counts again, C undoes every node's turn back to what the repositories signed.
import { b64u, fromB64u } from '../../canonical';
import { Refusal } from '../../refusals';
import { seedHash } from '../noise';
import { questionId, type Question } from '../question';
import type { Signed, Verify } from '../signed';
import { stepOf, type Chain, type StepBodies } from '../steps';
import { pairHashes, readPair, releaseKeyHash, sizeAt, unmixed, writePair, type Owed, type Pair } from './mix';
import { POINT_BYTES } from './points';
import { comparableNow, counted, plausible, type Revealed } from './reveal';
import { crossingsOf, overlapSet, owedHash, type Crossing, type SignedCrossing } from './records';

interface Fault {
  readonly code: string;
  readonly party?: string;
}

/** What of a transcript an overlap is checked by; `set` is the agreed one, in order. */
export interface OverlapTranscript {
  readonly question: Question;
  readonly set: readonly Signed<{ readonly schema: string }>[];
  readonly crossings: readonly SignedCrossing[];
  readonly chains: readonly Chain[];
}

const turnOf = ({ chains }: OverlapTranscript, node: string): StepBodies['mixed'] | undefined => {
  const chain = chains.find((one) => one.node === node);
  return chain && stepOf(chain, 'mixed')?.body;
};

const crossed = (given: OverlapTranscript, verify: Verify): readonly [Crossing, Crossing] =>
  crossingsOf(questionId(given.question), overlapSet(given.set), given.crossings, verify);

/**
 * Level A: both crossings belong to the two signed lists, and each node went on from what came before. A node whose turn does
 * not begin where the one before ended is named; so is one that sent another number of points on.
 */
export function verifyLinks(given: OverlapTranscript, verify: Verify): readonly Fault[] {
  const { question } = given;
  let before: readonly string[];
  try {
    before = crossed(given, verify).map(({ after }) => after);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const party = error.details['repository'];
    return [typeof party === 'string' ? { code: error.code, party } : { code: error.code }];
  }
  return question.nodes.flatMap((node, at) => {
    const turn = turnOf(given, node);
    if (turn === undefined) return [{ code: 'STEP_MISSING', party: node }];
    const linked = turn.from.join() === before.join() && turn.points === sizeAt(question, at + 1);
    before = turn.to;
    return linked ? [] : [{ code: 'LISTS_DIFFER', party: node }];
  });
}

/** Level B: the lists are the last node's, the keys those that the nodes committed to, and the count is what both give. */
export function verifyCount(given: OverlapTranscript, revealed: Revealed, count: bigint): readonly Fault[] {
  const { question, chains } = given;
  const last = question.nodes[2];
  const keys = question.nodes.flatMap((node, at) => {
    const chain = chains.find((one) => one.node === node);
    const recorded = chain && stepOf(chain, 'noised')?.body.commitment;
    const key = revealed.keys[at] ?? new Uint8Array();
    return recorded === releaseKeyHash(question, node, key) ? [] : [{ code: 'RELEASE_KEY_DIFFERS', party: node }];
  });
  if (keys.length > 0) return keys;
  if (pairHashes(revealed.pair).join() !== turnOf(given, last)?.to.join())
    return [{ code: 'LISTS_DIFFER', party: last }];
  const again = counted(question.noiseScale, comparableNow(revealed), revealed);
  if (again !== count) return [{ code: 'ANSWER_ALTERED' }];
  return plausible(question, count) ? [] : [{ code: 'COUNT_IMPLAUSIBLE' }];
}

/** What a node hands to an auditor under mandate. */
export interface Turn {
  readonly node: string;
  readonly seed: Uint8Array;
  /** What it was owed with each crossing, by the repository whose list it goes into. */
  readonly owed: Readonly<Record<string, string>>;
}

/** Level C: from the lists that the searcher got, back through every node's turn. The first one that does not fit is named. */
export function verifyTurns(
  given: OverlapTranscript,
  revealed: Revealed,
  turns: readonly Turn[],
  verify: Verify,
): readonly Fault[] {
  const { question } = given;
  const crossings = crossed(given, verify);
  let pair: Pair = revealed.pair;
  for (const at of [2, 1, 0] as const) {
    const node = question.nodes[at];
    const turn = turns.find((one) => one.node === node);
    const owed = turn && owedOf(given, crossings, at, turn);
    const recorded = turnOf(given, node);
    const chain = given.chains.find((one) => one.node === node);
    const said = chain && stepOf(chain, 'noised')?.body.seedHash;
    if (turn === undefined || owed === undefined || recorded === undefined)
      return [{ code: 'SEED_DIFFERS', party: node }];
    if (said !== seedHash(questionId(question), node, turn.seed)) return [{ code: 'SEED_DIFFERS', party: node }];
    if (pairHashes(pair).join() !== recorded.to.join()) return [{ code: 'LISTS_DIFFER', party: node }];
    const before = unmixed(question, node, turn.seed, pair, owed);
    if (before === undefined || pairHashes(before).join() !== recorded.from.join())
      return [{ code: 'MIX_DIFFERS', party: node }];
    pair = before;
  }
  return [];
}

/** List i's owner made the other crossing. */
function owedOf(
  { set }: OverlapTranscript,
  crossings: readonly [Crossing, Crossing],
  at: 0 | 1 | 2,
  turn: Turn,
): Owed | undefined {
  const found = overlapSet(set).map(({ document }) => {
    const exponent = fromB64u(turn.owed[document.repository] ?? '');
    const crossing = crossings.find(({ repository }) => repository === document.repository);
    return crossing?.owed[at] === owedHash(exponent) ? exponent : undefined;
  });
  const [a, b] = found;
  return a === undefined || b === undefined ? undefined : [a, b];
}

export interface RevealedText {
  readonly keys: readonly string[];
  readonly lists: string;
}

/** What was revealed as text, for evidence. */
export const revealedText = ({ keys, pair }: Revealed): RevealedText => ({
  keys: keys.map(b64u),
  lists: b64u(writePair(pair)),
});

/** Refuses OVERLAP_LIST_MALFORMED. */
export function readRevealed(question: Question, { keys, lists }: RevealedText): Revealed {
  const [a, b, c] = keys.map((text) => fromB64u(text, POINT_BYTES));
  if (a === undefined || b === undefined || c === undefined)
    throw new Refusal('OVERLAP_LIST_MALFORMED', { keys: keys.length });
  return { keys: [a, b, c], pair: readPair(fromB64u(lists), sizeAt(question, 3)) };
}
