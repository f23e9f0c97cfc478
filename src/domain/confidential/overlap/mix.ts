// A node's turn: both lists under fresh exponents, dummies into both, a new order for each; from one seed, so that an auditor can do it again.
import { hex, sha256, utf8, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import { open, seal, type EnvelopeKeys } from '../envelope';
import { questionId, type Question } from '../question';
import { stream, stretch } from '../shares/expand';
import type { Random } from '../shares/split';
import { added, shared } from './dummies';
import {
  exponentOf,
  inStretches,
  inverse,
  listHash,
  POINT_BYTES,
  powers,
  product,
  raisedList,
  raisedNow,
  readList,
  writeList,
  type Breathe,
  type Exponent,
  type PointList,
} from './points';
import { arranged, permutation, restored } from './shuffle';

/** The lists in order of the repositories. */
export type Pair = readonly [PointList, PointList];
export type Owed = readonly [Exponent, Exponent];

export const pairHashes = ([a, b]: Pair): readonly [string, string] => [listHash(a), listHash(b)];
/** Points in each list when the node at place `at` begins. */
export const sizeAt = ({ cells, noiseScale }: Question, at: number): number => cells + at * added(noiseScale);

interface Plan {
  /** Of each list without what the node owes. */
  readonly exponents: readonly [Exponent, Exponent];
  /** What still parts the lists when all nodes are through; the searcher gets it with the release. */
  readonly release: Exponent;
  readonly common: readonly Exponent[];
  readonly fill: readonly [readonly Exponent[], readonly Exponent[]];
  readonly orders: readonly [readonly number[], readonly number[]];
}

/** Everything a node draws, from its seed. */
function planOf(question: Question, node: string, seed: Uint8Array): Plan {
  const of = (use: string) => `aggregora/overlap-${use}/1|${questionId(question)}|${node}`;
  const mixing = exponentOf(stretch(of('mix'), seed, POINT_BYTES));
  const release = releaseKey(question, node, seed);
  const count = added(question.noiseScale);
  const both = sharedOf(question, node, seed);
  const random = stream(of('dummies'), seed);
  const draw = (many: number): Exponent[] => Array.from({ length: many }, () => exponentOf(random(POINT_BYTES)));
  const size = sizeAt(question, question.nodes.indexOf(node) + 1);
  const orders = stream(of('order'), seed);
  return {
    exponents: [mixing, product(mixing, release)],
    release,
    common: draw(both),
    fill: [draw(count - both), draw(count - both)],
    orders: [permutation(size, orders), permutation(size, orders)],
  };
}

/** How many of a node's dummies are in both lists: shift + its noise. */
export const sharedOf = (question: Question, node: string, seed: Uint8Array): number =>
  shared(question.noiseScale, stream(`aggregora/noise/1|${questionId(question)}|${node}`, seed));

export const releaseKey = (question: Question, node: string, seed: Uint8Array): Exponent =>
  exponentOf(stretch(`aggregora/overlap-release/1|${questionId(question)}|${node}`, seed, POINT_BYTES));
/** What of it goes on record before anything is mixed. */
export const releaseKeyHash = (question: Question, node: string, key: Exponent): string =>
  hex(sha256(utf8(`aggregora/overlap-release-key/1|${questionId(question)}|${node}\0`), key));

/**
 * Both lists after a node's turn. `owed[i]` came with the crossing that the owner of list i made. A dummy is a power of the
 * list's own base: equal powers meet in the end as equal units do. Refuses OVERLAP_LIST_MALFORMED.
 */
export async function mixed(
  question: Question,
  node: string,
  seed: Uint8Array,
  pair: Pair,
  owed: Owed,
  breathe: Breathe,
): Promise<Pair> {
  const plan = planOf(question, node, seed);
  const turn = async (at: 0 | 1): Promise<PointList> => {
    const { base, points } = await raisedList(pair[at], product(plan.exponents[at], owed[at]), breathe);
    const dummies = await inStretches([...plan.common, ...plan.fill[at]], breathe, (some) => powers(base, some));
    return { base, points: arranged([...points, ...dummies], plan.orders[at]) };
  };
  return [await turn(0), await turn(1)];
}

/**
 * The lists before a node's turn, from those after it: what an auditor with the seed finds. Undefined where the node's own
 * dummies are not where its seed puts them.
 */
export function unmixed(question: Question, node: string, seed: Uint8Array, pair: Pair, owed: Owed): Pair | undefined {
  const plan = planOf(question, node, seed);
  const before = sizeAt(question, question.nodes.indexOf(node));
  const turn = (at: 0 | 1): PointList | undefined => {
    const { base, points } = pair[at];
    if (points.length !== plan.orders[at].length) return undefined;
    const all = restored(points, plan.orders[at]);
    const dummies = powers(base, [...plan.common, ...plan.fill[at]]);
    if (writeHex(all.slice(before)) !== writeHex(dummies)) return undefined;
    const back = inverse(product(plan.exponents[at], owed[at]));
    const [first = base, ...rest] = raisedNow([base, ...all.slice(0, before)], back);
    return { base: first, points: rest };
  };
  const [a, b] = [turn(0), turn(1)];
  return a === undefined || b === undefined ? undefined : [a, b];
}

const writeHex = (points: readonly Uint8Array[]): string => points.map(hex).join();

const header = (question: Question, at: number): Json => ({
  schema: 'aggregora/overlap-mix/1',
  question: questionId(question),
  from: question.nodes[at] ?? '',
  to: question.nodes[at + 1] ?? '',
});

export const writePair = (pair: Pair): Uint8Array => new Uint8Array(Buffer.concat(pair.map(writeList)));
/** Two lists of `count` points each. Refuses OVERLAP_LIST_MALFORMED. */
export function readPair(bytes: Uint8Array, count: number): Pair {
  const half = POINT_BYTES * (count + 1);
  if (bytes.length !== 2 * half) throw new Refusal('OVERLAP_LIST_MALFORMED', { bytes: bytes.length, count });
  return [readList(bytes.slice(0, half), count), readList(bytes.slice(half), count)];
}

/** From the node at place `at` to the next one's key. */
export const sealedPair = (
  question: Question,
  at: number,
  pair: Pair,
  key: Uint8Array,
  random: Random,
): Promise<Uint8Array> => seal(key, header(question, at), writePair(pair), random);

/** What the node before sealed to the one at place `at`. Refuses ENVELOPE_BROKEN, OVERLAP_LIST_MALFORMED. */
export const openedPair = async (
  question: Question,
  at: number,
  envelope: Uint8Array,
  keys: EnvelopeKeys,
): Promise<Pair> => readPair(await open(keys, header(question, at - 1), envelope), sizeAt(question, at));
