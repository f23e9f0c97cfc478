// A repository's two rounds: hide its units and fill up to the capacity; then raise the other's list and hand both on.
import { b64u, type Json } from '../../canonical';
import { Refusal } from '../../refusals';
import { envelopeHash, envelopeKeys, open, readKey, seal, type EnvelopeKeys } from '../envelope';
import { questionId, type Question } from '../question';
import { stream, stretch } from '../shares/expand';
import type { Random } from '../shares/split';
import {
  exponentOf,
  GENERATOR,
  inStretches,
  listHash,
  mustBeList,
  POINT_BYTES,
  powers,
  product,
  raised,
  raisedList,
  readList,
  unitPoint,
  unitText,
  writeList,
  type Breathe,
  type Exponent,
  type PointList,
} from './points';
import { owedHash, type Crossing, type OverlapContribution } from './records';
import { arranged, permutation } from './shuffle';

/** All that a repository draws for one question comes from 32 secret bytes, which are deleted after the second round. */
export interface RepositorySecret {
  readonly seed: Uint8Array;
  readonly question: Question;
  readonly repository: string;
}

const label = (use: string, { question, repository }: RepositorySecret): string =>
  `aggregora/overlap-${use}/1|${questionId(question)}|${repository}`;
const exponentFor = (use: string, secret: RepositorySecret): Exponent =>
  exponentOf(stretch(label(use, secret), secret.seed, POINT_BYTES));
const randomFor = (use: string, secret: RepositorySecret): Random => stream(label(use, secret), secret.seed);

/** The key pair of this question alone. */
export const keysFor = (secret: RepositorySecret): Promise<EnvelopeKeys> =>
  envelopeKeys(stretch(label('key', secret), secret.seed, POINT_BYTES));

/**
 * The units hidden under the repository's exponent among as many random points as fill the capacity, in random order.
 * Names that have one text are one unit. Refuses VALUE_OUT_OF_BOUND for more units than the capacity.
 */
export async function hiddenList(
  secret: RepositorySecret,
  units: readonly string[],
  breathe: Breathe,
): Promise<PointList> {
  const { question } = secret;
  const names = [...new Set(units.map(unitText))];
  if (names.length > question.cells) throw new Refusal('VALUE_OUT_OF_BOUND', { cells: question.cells });
  const id = questionId(question);
  const points = await inStretches(names, breathe, (some) => some.map((name) => unitPoint(id, name)));
  const [base = GENERATOR, ...own] = await raised([GENERATOR, ...points], exponentFor('own', secret), breathe);
  const random = randomFor('fill', secret);
  const free = Array.from({ length: question.cells - own.length }, () => exponentOf(random(POINT_BYTES)));
  const all = [...own, ...(await inStretches(free, breathe, (some) => powers(base, some)))];
  return { base, points: arranged(all, permutation(all.length, random)) };
}

export const overlapContribution = async (secret: RepositorySecret, list: PointList): Promise<OverlapContribution> => ({
  schema: 'aggregora/overlap-contribution/1',
  question: questionId(secret.question),
  repository: secret.repository,
  list: listHash(list),
  key: b64u((await keysFor(secret)).publicKey),
});

const listHeader = (question: Question, from: string, to: string): Json => ({
  schema: 'aggregora/overlap-list/1',
  question: questionId(question),
  from,
  to,
});

/** The own list, sealed to the other's key of this question: the same bytes every time. */
export const sealedList = (
  secret: RepositorySecret,
  list: PointList,
  other: OverlapContribution,
): Promise<Uint8Array> =>
  seal(
    readKey(other.key),
    listHeader(secret.question, secret.repository, other.repository),
    writeList(list),
    randomFor(`seal-${other.key}`, secret),
  );

export const crossingHeader = (question: Question, repository: string, node: string, after: string): Json => ({
  schema: 'aggregora/overlap-crossing/1',
  question: questionId(question),
  repository,
  node,
  after,
});

export interface Crossed {
  readonly record: Crossing;
  /** To each node: its owed exponent; to the first one the crossed list too. */
  readonly envelopes: readonly [Uint8Array, Uint8Array, Uint8Array];
}

/**
 * The other's list under this repository's exponent and under three more that the nodes will add to the own list, one each.
 * Refuses ENVELOPE_BROKEN, OVERLAP_LIST_MALFORMED, and OVERLAP_LIST_DIFFERS unless it is the list that its owner signed.
 */
export async function crossed(
  secret: RepositorySecret,
  other: OverlapContribution,
  envelope: Uint8Array,
  nodeKeys: readonly [Uint8Array, Uint8Array, Uint8Array],
  breathe: Breathe,
): Promise<Crossed> {
  const { question, repository } = secret;
  const header = listHeader(question, other.repository, repository);
  const content = await open(await keysFor(secret), header, envelope);
  const given = blamed(other, () => readList(content, question.cells));
  if (listHash(given) !== other.list) throw new Refusal('OVERLAP_LIST_DIFFERS', { repository: other.repository });
  const owed = [0, 1, 2].map((at) => exponentFor(`owed-${String(at)}`, secret));
  const all = await raisedList(given, product(exponentFor('own', secret), ...owed), breathe);
  const random = randomFor('cross', secret);
  // Twice the same after raising: points that differed by one of small order.
  const points = arranged(all.points, permutation(all.points.length, random));
  const list = blamed(other, () => mustBeList({ base: all.base, points }));
  const after = listHash(list);
  const sealed = async (at: 0 | 1 | 2): Promise<Uint8Array> => {
    const content = Buffer.concat([owed[at] ?? new Uint8Array(), at === 0 ? writeList(list) : new Uint8Array()]);
    const to = crossingHeader(question, repository, question.nodes[at], after);
    return seal(nodeKeys[at], to, new Uint8Array(content), random);
  };
  const envelopes = [await sealed(0), await sealed(1), await sealed(2)] as const;
  const record: Crossing = {
    schema: 'aggregora/overlap-crossing/1',
    question: questionId(question),
    repository,
    of: other.repository,
    before: other.list,
    after,
    owed: three(owed.map(owedHash)),
    envelopes: three(envelopes.map(envelopeHash)),
  };
  return { record, envelopes };
}

/** A list that is none is its owner's doing. */
function blamed<T>({ repository }: OverlapContribution, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, { ...error.details, repository }) : error;
  }
}

const three = ([a = '', b = '', c = '']: readonly string[]): [string, string, string] => [a, b, c];

/** The exponent that a node owes, and the list if it came along. Refuses ENVELOPE_BROKEN, OVERLAP_LIST_*. */
export async function receivedCrossing(
  question: Question,
  at: 0 | 1 | 2,
  record: Crossing,
  envelope: Uint8Array,
  keys: EnvelopeKeys,
): Promise<{ readonly owed: Exponent; readonly list: PointList | undefined }> {
  const { repository, after } = record;
  if (envelopeHash(envelope) !== record.envelopes[at]) throw new Refusal('ENVELOPE_BROKEN', { repository });
  const content = await open(keys, crossingHeader(question, repository, question.nodes[at], after), envelope);
  const owed = content.slice(0, POINT_BYTES);
  if (b64u(exponentOf(owed)) !== b64u(owed) || owedHash(owed) !== record.owed[at])
    throw new Refusal('OVERLAP_LIST_DIFFERS', { repository });
  if (at !== 0) return { owed, list: undefined };
  const list = readList(content.slice(POINT_BYTES), question.cells);
  if (listHash(list) !== after) throw new Refusal('OVERLAP_LIST_DIFFERS', { repository });
  return { owed, list };
}

/** Secret and list as bytes, for a store that is wrapped. */
export const writeKept = (seed: Uint8Array, list: PointList): Uint8Array =>
  new Uint8Array(Buffer.concat([seed, writeList(list)]));
export const readKept = (bytes: Uint8Array, capacity: number): { seed: Uint8Array; list: PointList } => ({
  seed: bytes.slice(0, POINT_BYTES),
  list: readList(bytes.slice(POINT_BYTES), capacity),
});
