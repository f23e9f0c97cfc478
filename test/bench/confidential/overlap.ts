// An overlap from units to checked count, beside what the group operations alone cost.
import {
  CONTRIBUTION_TAG,
  envelopeHash,
  envelopeKeys,
  keyThumbprint,
  overlap,
  setRoot,
  signDocument,
  type NodeSetting,
  type Release,
} from '../../../src/domain/confidential';
import { median, plus, random, time, timed, type Figure, type Time } from './figures';
import { benchQuestion } from './shares';

const breathe = () => Promise.resolve();
const REPOSITORIES = ['repo-0', 'repo-1'] as const;
const NODES = ['node-a', 'node-b', 'node-c'] as const;

/** Times of each party with `units` in each list; half of them are in both. Epsilon 1/2. */
export async function overlaps(units: number): Promise<Figure[]> {
  const nodes = [
    await envelopeKeys(random(32)),
    await envelopeKeys(random(32)),
    await envelopeKeys(random(32)),
  ] as const;
  const searcher = await envelopeKeys(random(32));
  const question = benchQuestion(searcher, {
    mode: 'overlap',
    cells: units,
    bound: '1',
    noiseScale: '4',
    minRepositories: 2,
  });
  const sign = () => 'A'.repeat(86);
  let made: Time = { wall: 0, cpu: 0 };
  const parts = [];
  for (const [at, repository] of REPOSITORIES.entries()) {
    const secret = { seed: random(32), question, repository };
    const names = Array.from({ length: units }, (_, one) => `unit ${String(one + (at * units) / 2)}`);
    let list: overlap.PointList = { base: overlap.GENERATOR, points: [] };
    made = await timed(async () => (list = await overlap.hiddenList(secret, names, breathe)));
    const record = await overlap.overlapContribution(secret, list);
    parts.push({ secret, list, signed: signDocument(CONTRIBUTION_TAG, record, repository, sign) });
  }
  const [one, other] = parts;
  if (one === undefined || other === undefined) throw new Error('Two repositories were made.');
  const keys = [nodes[0].publicKey, nodes[1].publicKey, nodes[2].publicKey] as const;
  let crossed: Time = { wall: 0, cpu: 0 };
  const cross = async (own: typeof one, its: typeof one): Promise<overlap.Crossed> => {
    const envelope = await overlap.sealedList(its.secret, its.list, own.signed.document);
    let done: overlap.Crossed | undefined;
    crossed = await timed(async () => {
      done = await overlap.crossed(own.secret, its.signed.document, envelope, keys, breathe);
    });
    if (done === undefined) throw new Error('A list was crossed.');
    return done;
  };
  const crossings = [await cross(other, one), await cross(one, other)] as const;
  const records = [crossings[0].record, crossings[1].record] as const;
  const set = parts.map(({ signed }) => signed);
  const turns: Time[] = [];
  const releases: Release[] = [];
  let message: Uint8Array | undefined;
  for (const at of [0, 1, 2] as const) {
    const setting: NodeSetting = {
      question,
      node: NODES[at],
      program: 'f'.repeat(64),
      registered: keyThumbprint(searcher.publicKey),
      answered: [],
      seed: random(32),
      random,
      sign,
      now: question.cutOff,
    };
    const sealed = new Map(crossings.map(({ record, envelopes }) => [record.repository, envelopes[at]]));
    turns.push(
      await timed(async () => {
        const { taken, excluded } = await overlap.takenIn(setting, at, records, sealed, nodes[at]);
        const begun = overlap.beginOverlap(setting, set, excluded);
        const pair = taken?.pair ?? (await overlap.openedPair(question, at, message ?? new Uint8Array(), nodes[at]));
        if (taken === undefined) throw new Error('Both envelopes open.');
        const inbound = [...sealed.values()].map(envelopeHash);
        const next = nodes[at + 1]?.publicKey;
        const done = await overlap.finishOverlap(setting, begun, pair, taken.owed, inbound, next, breathe);
        releases.push(done.release);
        message = done.message;
      }),
    );
  }
  let count = 0n;
  const opened = await timed(async () => {
    const revealed = await overlap.openOverlap(question, releases, setRoot(set), searcher);
    count = overlap.counted(question.noiseScale, await overlap.comparable(revealed, breathe), revealed);
  });
  if (!overlap.plausible(question, count)) throw new Error('The count is out of its range.');
  const exponent = overlap.exponentOf(random(32));
  const point = overlap.unitPoint('bench', 'unit');
  const hundred = Array.from({ length: 100 }, () => point);
  const operation = await median(3, () => overlap.raisedNow(hundred, exponent));
  const operations = { wall: (operation.wall * units) / 100, cpu: (operation.cpu * units) / 100 };
  const against = { name: `${String(units)} exponentiations`, value: operations };
  const named = (what: string) => `overlap, ${String(units)} units a list: ${what}`;
  return [
    time(named('a repository hides its units'), made, against),
    time(named('a repository raises the other list'), crossed, against),
    time(named('three nodes, one after the other'), plus(...turns), against),
    time(named('the searcher opens and counts'), opened, against),
  ];
}
