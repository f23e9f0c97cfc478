// One honest overlap of two repositories with everything an attacker might touch in reach.
import { b64u } from '../../../src/domain/canonical';
import {
  completionOf,
  CONTRIBUTION_TAG,
  envelopeHash,
  overlap,
  QUESTION_TAG,
  setRoot,
  signCompletion,
  signDocument,
  type Chain,
  type Question,
  type SignedContribution,
  type Transcript,
} from '../../../src/domain/confidential';
import { random, signAs } from './keys';
import { ask, NODES, settingOf, type Keys } from './stage';

export const REPOSITORIES = ['repo-0', 'repo-1'] as const;
export const breathe = () => Promise.resolve();

/** A question about the units in both; anything may be overridden. */
export const askOverlap = (keys: Keys, changes: Partial<Question> = {}): Question =>
  ask(keys, {
    mode: 'overlap',
    cells: 16,
    bound: '1',
    minRepositories: 2,
    noiseScale: '1/2',
    computation: 'o-1',
    ...changes,
  });

export const unitsOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `person-${String(from + at)}`);

/** A turn's lists before they are handed on: how a cheat gets in. */
export type Meddle = (at: overlap.Place, pair: overlap.Pair) => overlap.Pair;
const untouched: Meddle = (_, pair) => pair;

export interface Made {
  readonly secret: overlap.RepositorySecret;
  readonly list: overlap.PointList;
  readonly signed: ReturnType<typeof signDocument<overlap.OverlapContribution>>;
}

export async function roundOne(
  question: Question,
  units: readonly (readonly string[])[],
): Promise<readonly [Made, Made]> {
  const made = async (at: 0 | 1): Promise<Made> => {
    const secret = { seed: random(32), question, repository: REPOSITORIES[at] };
    const list = await overlap.hiddenList(secret, units[at] ?? [], breathe);
    const record = await overlap.overlapContribution(secret, list);
    return { secret, list, signed: signDocument(CONTRIBUTION_TAG, record, REPOSITORIES[at], signAs(REPOSITORIES[at])) };
  };
  return [await made(0), await made(1)];
}

export async function roundTwo(keys: Keys, [first, second]: readonly [Made, Made]) {
  const to = [keys.nodes[0].publicKey, keys.nodes[1].publicKey, keys.nodes[2].publicKey] as const;
  const cross = async (own: Made, other: Made) => {
    const envelope = await overlap.sealedList(other.secret, other.list, own.signed.document);
    const { record, envelopes } = await overlap.crossed(own.secret, other.signed.document, envelope, to, breathe);
    const { repository } = own.secret;
    return { signed: signDocument(overlap.CROSSING_TAG, record, repository, signAs(repository)), envelopes };
  };
  // In order of the lists: the first list is crossed by the second repository.
  return [await cross(second, first), await cross(first, second)] as const;
}

/** A whole run; `meddle` changes what a node's turn begins from after it signed for it, `later` what it hands on. */
export async function playOverlap(
  keys: Keys,
  units: readonly (readonly string[])[] = [unitsOf(0, 10), unitsOf(4, 16)],
  question: Question = askOverlap(keys),
  meddle: Meddle = untouched,
) {
  const made = await roundOne(question, units);
  const crossings = await roundTwo(keys, made);
  const contributions: readonly SignedContribution[] = made.map(({ signed }) => signed);
  const seeds = NODES.map(() => random(32));
  const chains: Chain[] = [];
  const releases = [];
  const owed: overlap.Owed[] = [];
  let message = new Uint8Array();
  for (const at of [0, 1, 2] as const) {
    const setting = settingOf(question, NODES[at], seeds[at] ?? random(32));
    const sealed = new Map(crossings.map(({ signed, envelopes }) => [signed.document.repository, envelopes[at]]));
    const records = [crossings[0].signed.document, crossings[1].signed.document] as const;
    const { taken, excluded } = await overlap.takenIn(setting, at, records, sealed, keys.nodes[at]);
    const begun = overlap.beginOverlap(setting, contributions, excluded);
    if (taken === undefined) throw new Error('An honest envelope did not open.');
    const pair = taken.pair ?? (await overlap.openedPair(question, at, message, keys.nodes[at]));
    const inbound = [...[...sealed.values()].map(envelopeHash), ...(at === 0 ? [] : [overlap.messageHash(message)])];
    const next = at === 2 ? undefined : keys.nodes[at + 1]?.publicKey;
    const began = meddle(at, pair);
    const done = await overlap.finishOverlap(setting, begun, began, taken.owed, inbound, next, breathe);
    chains.push(done.chain);
    releases.push(done.release);
    owed.push(taken.owed);
    message = Uint8Array.from(done.message ?? []);
  }
  const transcript = transcriptOf(
    question,
    contributions,
    chains,
    crossings.map(({ signed }) => signed),
  );
  const revealed = await overlap.openOverlap(question, releases, setRoot(contributions), keys.searcher);
  const count = overlap.counted(question.noiseScale, await overlap.comparable(revealed, breathe), revealed);
  const turns = NODES.map((node, at): overlap.Turn => {
    const [a, b] = owed[at] ?? (owed[0] as never);
    return { node, seed: seeds[at] ?? random(32), owed: { [REPOSITORIES[0]]: b64u(a), [REPOSITORIES[1]]: b64u(b) } };
  });
  return {
    keys,
    question,
    made,
    crossings,
    contributions,
    seeds,
    chains,
    releases,
    transcript,
    revealed,
    count,
    turns,
  };
}
export type OverlapStage = Awaited<ReturnType<typeof playOverlap>>;

/** Signed by all: the attacker's best case. */
export function transcriptOf(
  question: Question,
  contributions: readonly SignedContribution[],
  chains: readonly Chain[],
  crossings: readonly overlap.SignedCrossing[],
): Transcript {
  const document = completionOf(question, contributions, chains);
  return {
    question: signDocument(QUESTION_TAG, question, question.searcher, signAs(question.searcher)),
    contributions,
    chains,
    crossings,
    completion: { document, signatures: NODES.map((node) => signCompletion(document, node, signAs(node))) },
  };
}
