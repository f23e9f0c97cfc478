// One honest mode S computation with everything an attacker might touch in reach.
import { b64u } from '../../../src/domain/canonical';
import {
  begin,
  combine,
  contribute,
  CONTRIBUTION_TAG,
  contributorSet,
  envelopeKeys,
  finishShares,
  jsonOf,
  keyThumbprint,
  openRelease,
  partsName,
  questionId,
  QUESTION_TAG,
  readQuestion,
  setRoot,
  signCompletion,
  signDocument,
  stepId,
  stepOf,
  verifyShares,
  writePoint,
  append,
  newChain,
  type AnsweredSet,
  type Chain,
  type Completion,
  type EnvelopeKeys,
  type NodeSetting,
  type Question,
  type ShareContribution,
  type Signed,
  type SignedCompletion,
  type StepKind,
  type Transcript,
  type SignedContribution,
} from '../../../src/domain/confidential';
import { random, signAs, verifyAny } from './keys';

export const NODES = ['node-a', 'node-b', 'node-c'] as const;
export const NOW = 1_790_000_000_000;
const name = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`;

export interface Keys {
  readonly nodes: readonly [EnvelopeKeys, EnvelopeKeys, EnvelopeKeys];
  readonly searcher: EnvelopeKeys;
}

export const makeKeys = async (): Promise<Keys> => ({
  nodes: [await envelopeKeys(random(32)), await envelopeKeys(random(32)), await envelopeKeys(random(32))],
  searcher: await envelopeKeys(random(32)),
});

/** A question under the given keys; anything may be overridden. */
export const ask = (keys: Keys, changes: Partial<Question> = {}): Question =>
  readQuestion(
    jsonOf({
      schema: 'aggregora/confidential-question/1',
      computation: 'c-1',
      template: name('1'),
      binding: name('2'),
      plan: name('3'),
      epoch: '2026-q4',
      mode: 'shares',
      cells: 8,
      bound: '1000000',
      noiseScale: '2',
      minRepositories: 3,
      floor: 2,
      nodes: [...NODES],
      searcher: 'city-lab',
      searcherKey: b64u(keys.searcher.publicKey),
      cutOff: NOW + 1000,
      ...changes,
    }),
  );

export const cellsOf = (at: number, count: number): bigint[] =>
  Array.from({ length: count }, (_, cell) => BigInt((at + 1) * 100 + cell) * (cell % 3 === 0 ? -1n : 1n));

export const settingOf = (
  question: Question,
  node: string,
  seed: Uint8Array,
  answered: readonly AnsweredSet[] = [],
): NodeSetting => ({
  question,
  node,
  program: 'f'.repeat(64),
  registered: keyThumbprint(Buffer.from(question.searcherKey, 'base64url')),
  answered,
  seed,
  random,
  sign: signAs(node),
  now: NOW,
});

export type Entry = Signed<ShareContribution> & { readonly envelopes: readonly [Uint8Array, Uint8Array, Uint8Array] };

export async function contributed(
  question: Question,
  keys: Keys,
  repository: string,
  cells: readonly bigint[],
): Promise<Entry> {
  const { record, envelopes } = await contribute(
    question,
    repository,
    cells,
    [keys.nodes[0].publicKey, keys.nodes[1].publicKey, keys.nodes[2].publicKey],
    random,
  );
  return { ...signDocument(CONTRIBUTION_TAG, record, repository, signAs(repository)), envelopes };
}

export const bare = ({ document, by, signature }: Entry): Signed<ShareContribution> => ({ document, by, signature });
export const envelopesTo = (entries: readonly Entry[], at: 0 | 1 | 2): Map<string, Uint8Array> =>
  new Map(entries.map((one) => [one.document.repository, one.envelopes[at]]));

/** Completion of what the chains say, signed by all: the attacker's best case. */
export function complete(
  question: Question,
  set: readonly SignedContribution[],
  chains: readonly Chain[],
  changes: Partial<Completion> = {},
): SignedCompletion {
  const of = (get: (chain: Chain) => string | undefined): [string, string, string] => {
    const [a, b, c] = chains.map((chain) => get(chain) ?? '');
    return [a ?? '', b ?? '', c ?? ''];
  };
  const document: Completion = {
    schema: 'aggregora/completion/1',
    question: questionId(question),
    setRoot: setRoot(set),
    repositories: set.length,
    parts: partsName(question, set),
    noises: of((chain) => stepOf(chain, 'noised')?.body.commitment),
    outputs: of((chain) => stepOf(chain, 'sealed')?.body.output),
    chains: of((chain) => {
      const last = chain.steps.at(-1);
      return last && stepId(last.document);
    }),
    status: 'complete',
    blamed: [],
    ...changes,
  };
  return { document, signatures: NODES.map((node) => signCompletion(document, node, signAs(node))) };
}

/** The chain made again by its own node with some bodies changed, and every signature right. */
export function rebuild(chain: Chain, edits: Partial<Record<StepKind, object>>, changes: Partial<Chain> = {}): Chain {
  return chain.steps.reduce<Chain>(
    (made, { document }) => {
      const body = { ...document.body, ...edits[document.kind] } as never;
      return append(
        made,
        { kind: document.kind, body, inbound: document.inbound, outbound: document.outbound },
        document.at,
        signAs(chain.node),
      );
    },
    { ...newChain(chain.question, chain.node, chain.program), ...changes },
  );
}

/** A whole honest run. */
export async function play(keys: Keys, question: Question = ask(keys), repositories = 3) {
  const entries: Entry[] = [];
  for (let at = 0; at < repositories; at += 1)
    entries.push(await contributed(question, keys, `repo-${String(at)}`, cellsOf(at, question.cells)));
  const seeds = NODES.map(() => random(32));
  const chains: Chain[] = [];
  const parts = [];
  const releases = [];
  for (const at of [0, 1, 2] as const) {
    const setting = settingOf(question, NODES[at], seeds[at] ?? random(32));
    const { shares, excluded } = await verifyShares(setting, entries, envelopesTo(entries, at), keys.nodes[at]);
    const begun = begin(setting, entries.map(bare), excluded);
    const done = await finishShares(setting, begun, shares);
    chains.push(done.chain);
    releases.push(done.release);
    const opening = await openRelease(question, done.release, setRoot(begun.set), keys.searcher);
    parts.push({ node: NODES[at], opening, noise: writePoint(begun.noise.commitment) });
  }
  const set = contributorSet(entries.map(bare));
  const transcript: Transcript = {
    question: signDocument(QUESTION_TAG, question, question.searcher, signAs(question.searcher)),
    contributions: set,
    chains,
    completion: complete(question, set, chains),
  };
  return { keys, question, entries, seeds, set, transcript, releases, parts, answer: combine(parts) };
}

export type Stage = Awaited<ReturnType<typeof play>>;
export const given = (stage: Stage) => ({
  verify: verifyAny,
  registered: keyThumbprint(stage.keys.searcher.publicKey),
});
/** The transcript with one node's chain replaced and everything after it consistent. */
export function withChain(stage: Stage, chain: Chain): Transcript {
  const chains = stage.transcript.chains.map((one) => (one.node === chain.node ? chain : one));
  return { ...stage.transcript, chains, completion: complete(stage.question, stage.set, chains) };
}
