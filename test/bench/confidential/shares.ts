// Mode S: the certificate by itself, and ten repositories from cells to checked answer.
import { pippenger } from '@noble/curves/abstract/curve.js';
import {
  addOpenings,
  answerHolds,
  begin,
  combine,
  commit,
  contribute,
  CONTRIBUTION_TAG,
  envelopeKeys,
  finishShares,
  generators,
  jsonOf,
  keyThumbprint,
  large,
  multiScalar,
  openRelease,
  Point,
  randomScalar,
  readQuestion,
  setRoot,
  signDocument,
  verifyShares,
  writePoint,
  type EnvelopeKeys,
  type NodeOpening,
  type Question,
} from '../../../src/domain/confidential';
import { bytes, cells40, longest, median, middle, plus, random, time, timed, type Figure, type Time } from './figures';

/** Commit and verify 1,024 cells of 40 bits, and one product of full scalars. */
export async function certificate(times: number): Promise<Figure[]> {
  const [points, cells] = [generators(1024), cells40(1024)];
  const wide = Array.from({ length: 1024 }, () => randomScalar(random));
  const blinding = randomScalar(random);
  const whole = commit({ cells, blinding });
  const library = {
    name: 'noble pippenger',
    value: await median(times, () => pippenger(Point, [...points], cells)),
  };
  const libraryWide = {
    name: 'noble pippenger',
    value: await median(times, () => pippenger(Point, [...points], wide)),
  };
  const committed = await median(times, () => commit({ cells, blinding }));
  const verified = await median(times, () => commit({ cells, blinding }).equals(whole));
  const product = await median(times, () => multiScalar(points, wide));
  return [
    time('certificate: commit 1,024 cells of 40 bits', committed, library),
    time('certificate: verify 1,024 cells of 40 bits', verified, library),
    time('product of 1,024 full scalars', product, libraryWide),
  ];
}

const name = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`;

export const benchQuestion = (searcher: EnvelopeKeys, changes: Partial<Question>): Question =>
  readQuestion(
    jsonOf({
      schema: 'aggregora/confidential-question/1',
      computation: 'bench',
      template: name('1'),
      binding: name('2'),
      plan: name('3'),
      epoch: 'e',
      mode: 'shares',
      cells: 1024,
      bound: String(2n ** 40n),
      noiseScale: '330',
      minRepositories: 2,
      floor: 1,
      nodes: ['node-a', 'node-b', 'node-c'],
      searcher: 'city-lab',
      searcherKey: Buffer.from(searcher.publicKey).toString('base64url'),
      cutOff: 1,
      ...changes,
    }),
  );

export const makeKeys = async () => ({
  nodes: [await envelopeKeys(random(32)), await envelopeKeys(random(32)), await envelopeKeys(random(32))] as const,
  searcher: await envelopeKeys(random(32)),
});

export const settingAt = (question: Question, at: 0 | 1 | 2, searcher: EnvelopeKeys) => ({
  question,
  node: question.nodes[at],
  program: '',
  registered: keyThumbprint(searcher.publicKey),
  answered: [],
  policy: { minRepositories: 2, floor: 1 },
  seed: random(32),
  random,
  sign: () => 'bench',
  now: 1,
});

/** The whole protocol without network and databases, every party timed by itself. */
export async function shares(repositories: number, count: number): Promise<Figure[]> {
  const { nodes, searcher } = await makeKeys();
  const question = benchQuestion(searcher, { cells: count });
  const inputs = Array.from({ length: repositories }, () => cells40(count));
  const vectors = inputs.map((part) => BigUint64Array.from(part));
  const total = new BigUint64Array(count);
  const plain = {
    name: 'plain BigUint64Array sum',
    value: await median(99, () => {
      for (const part of vectors) large.addInto(total, part);
    }),
  };
  const nodeKeys = [nodes[0].publicKey, nodes[1].publicKey, nodes[2].publicKey] as const;
  await contribute(question, 'repo-warm', inputs[0] ?? [], nodeKeys, random);
  const [contributing, serving]: [Time[], Time[]] = [[], []];
  const sent: (ReturnType<typeof signed> & { readonly envelopes: Contributed['envelopes'] })[] = [];
  for (const [at, cells] of inputs.entries())
    contributing.push(
      await timed(async () => {
        const made = await contribute(question, `repo-${String(at)}`, cells, nodeKeys, random);
        sent.push({ ...signed(made), envelopes: made.envelopes });
      }),
    );
  const parts: NodeOpening[] = [];
  for (const at of [0, 1, 2] as const) {
    const setting = settingAt(question, at, searcher);
    const envelopes = new Map(sent.map((one) => [one.document.repository, one.envelopes[at]]));
    let done: Awaited<ReturnType<typeof finishShares>> | undefined;
    let noise = '';
    serving.push(
      await timed(async () => {
        const { shares: mine, excluded } = await verifyShares(setting, sent, envelopes, nodes[at]);
        const begun = begin(setting, sent, excluded);
        noise = writePoint(begun.noise.commitment);
        done = await finishShares(setting, begun, mine);
      }),
    );
    if (!done) throw new Error('no release');
    const root = setRoot([...sent].sort((a, b) => (a.document.repository < b.document.repository ? -1 : 1)));
    parts.push({ node: setting.node, opening: await openRelease(question, done.release, root, searcher), noise });
  }
  let right = false;
  const checking = await timed(() => {
    const answer = combine(parts);
    right = answerHolds({ contributions: sent.map(({ document }) => document) }, parts, answer);
  });
  if (!right) throw new Error('the certificate does not hold');
  const label = `S ${String(repositories)} × ${count.toLocaleString('en')}`;
  const one = { wall: middle(contributing.map(({ wall }) => wall)), cpu: middle(contributing.map(({ cpu }) => cpu)) };
  return [
    time(`${label}: end to end, one after another`, plus(...contributing, ...serving, checking), plain),
    time(`${label}: end to end, repositories and nodes in parallel`, plus(one, longest(serving), checking), plain),
    time(`${label}: one repository (share, commit, seal)`, one),
    time(`${label}: one node (open, verify all, noise, sum, seal)`, longest(serving)),
    time(`${label}: searcher (add, verify)`, plus(checking)),
    bytes(
      `${label}: bytes per contributor`,
      (sent[0]?.envelopes ?? []).reduce((sum, envelope) => sum + envelope.length, 0),
      count * 8,
    ),
  ];
}

type Contributed = Awaited<ReturnType<typeof contribute>>;
const signed = ({ record }: Contributed) => signDocument(CONTRIBUTION_TAG, record, record.repository, () => 'bench');

/** What the certificate costs: sharing, adding and reconstruction alone. */
export async function bare(times: number): Promise<Figure[]> {
  const openings = Array.from({ length: 10 }, () => ({
    cells: Array.from({ length: 1024 }, () => randomScalar(random)),
    blinding: randomScalar(random),
  }));
  const plain = openings.map(() => BigUint64Array.from(cells40(1024)));
  const total = new BigUint64Array(1024);
  const baseline = await median(99, () => {
    for (const one of plain) large.addInto(total, one);
  });
  return [
    time('S: adding 10 shares of 1,024 cells, no certificate', await median(times, () => addOpenings(openings)), {
      name: 'plain BigUint64Array',
      value: baseline,
    }),
  ];
}
