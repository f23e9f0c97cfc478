// Cheats against overlaps: a node in its turn, the exchange in between, and the two repositories.
import { b64u } from '../../../src/domain/canonical';
import {
  overlap,
  overlapOf,
  signDocument,
  stepOf,
  verifyPublic,
  type Chain,
  type Failure,
  type Transcript,
} from '../../../src/domain/confidential';
import { caught, type Cheat } from './cheat';
import { random, signAs, verifyAny } from './keys';
import {
  askOverlap,
  breathe,
  playOverlap,
  REPOSITORIES,
  roundOne,
  roundTwo,
  transcriptOf,
  unitsOf,
  type Meddle,
  type OverlapStage,
} from './overlap-stage';
import { given, NODES, rebuild, type Keys } from './stage';

const one = (exponent = random(32)): overlap.Exponent => overlap.exponentOf(exponent);

/** Level A with one node's chain made again by itself, everything after it consistent. */
function publicly(stage: OverlapStage, at: number, edits: Parameters<typeof rebuild>[1]): readonly Failure[] {
  const chains = stage.chains.map((chain, index): Chain => (index === at ? rebuild(chain, edits) : chain));
  return levelA(stage, { chains });
}

function levelA(stage: OverlapStage, changes: Partial<Pick<Transcript, 'chains' | 'crossings'>>): readonly Failure[] {
  const { question, contributions, chains, transcript } = stage;
  const crossings = changes.crossings ?? transcript.crossings ?? [];
  return verifyPublic(transcriptOf(question, contributions, changes.chains ?? chains, crossings), {
    verify: verifyAny,
    registered: given(stage as never).registered,
  });
}

/** Level C over a run in which one node's turn was another than its seed says, and its record tells of what it did. */
async function mandated(keys: Keys, change: Meddle, at: overlap.Place): Promise<readonly Failure[]> {
  const stage = await playOverlap(keys, undefined, askOverlap(keys), (place, pair) =>
    place === at ? change(place, pair) : pair,
  );
  // The node writes down that it began from what it was given: only its seed can show that it did not.
  const before = at === 0 ? stage.crossings.map(({ signed }) => signed.document.after) : toOf(stage, at - 1);
  const chains = stage.chains.map((chain, index) =>
    index === at ? rebuild(chain, { mixed: { from: before } }) : chain,
  );
  const lists = { ...overlapOf(stage.transcript), chains };
  return [...levelA(stage, { chains }), ...overlap.verifyTurns(lists, stage.revealed, stage.turns, verifyAny)];
}

const toOf = ({ chains }: OverlapStage, at: number): readonly string[] => {
  const [chain] = chains.slice(at);
  return (chain && stepOf(chain, 'mixed')?.body.to) ?? [];
};

/** Another point in place of the first one. */
const dropped = ({ base, points }: overlap.PointList): overlap.PointList => ({
  base,
  points: [...points.slice(1), ...overlap.powers(base, [one()])],
});

export function overlapCheats(stage: OverlapStage): readonly Cheat[] {
  const { keys, question, revealed, count, transcript, turns, crossings } = stage;
  const lists = overlapOf(transcript);
  const node = (name: string, code: string, at: number, act: Cheat['play']): Cheat => ({
    name: `overlap: ${name}`,
    by: 'node',
    code,
    culprit: NODES[at] ?? '',
    play: act,
  });
  const repository = (name: string, code: string, play: Cheat['play'], at = 1): Cheat => ({
    name: `overlap: ${name}`,
    by: 'repository',
    code,
    culprit: REPOSITORIES[at] ?? '',
    play,
  });
  const exchange = (name: string, code: string, play: Cheat['play']): Cheat => ({
    name: `overlap: ${name}`,
    by: 'exchange',
    code,
    play,
  });
  return [
    ...([0, 1, 2] as const).map((at) =>
      node(`${NODES[at]} puts another point for one of the first list`, 'MIX_DIFFERS', at, () =>
        mandated(keys, (_, [a, b]) => [dropped(a), b], at),
      ),
    ),
    node('swaps the lists', 'MIX_DIFFERS', 1, () => mandated(keys, (_, [a, b]) => [b, a], 1)),
    node('puts a list of its own in', 'MIX_DIFFERS', 0, () =>
      mandated(
        keys,
        (_, [a]) => [
          a,
          {
            base: a.base,
            points: overlap.powers(
              a.base,
              a.points.map(() => one()),
            ),
          },
        ],
        0,
      ),
    ),
    node('goes on from other lists than it was given', 'LISTS_DIFFER', 1, () =>
      publicly(stage, 1, { mixed: { from: toOf(stage, 1) } }),
    ),
    node('hands on more points than it may', 'LISTS_DIFFER', 0, () => publicly(stage, 0, { mixed: { points: 999 } })),
    node('releases another key than it committed to', 'RELEASE_KEY_DIFFERS', 2, () => {
      const [a, b] = revealed.keys;
      return overlap.verifyCount(lists, { ...revealed, keys: [a, b, one()] }, count);
    }),
    node('releases other lists than it recorded', 'LISTS_DIFFER', 2, () => {
      const [a, b] = revealed.pair;
      return overlap.verifyCount(lists, { ...revealed, pair: [dropped(a), b] }, count);
    }),
    node('shows an auditor another seed', 'SEED_DIFFERS', 1, () => {
      const changed = turns.map((turn, at) => (at === 1 ? { ...turn, seed: random(32) } : turn));
      return overlap.verifyTurns(lists, revealed, changed, verifyAny);
    }),
    node('shows an auditor another exponent than it was owed', 'SEED_DIFFERS', 2, () => {
      const changed = turns.map((turn, at) =>
        at === 2 ? { ...turn, owed: { ...turn.owed, [REPOSITORIES[0]]: b64u(one()) } } : turn,
      );
      return overlap.verifyTurns(lists, revealed, changed, verifyAny);
    }),
    repository('sends another list than it signed', 'OVERLAP_LIST_DIFFERS', async () => {
      const [a, b] = await roundOne(question, [unitsOf(0, 4), unitsOf(2, 6)]);
      const other = await overlap.hiddenList(b.secret, unitsOf(2, 7), breathe);
      return caught(() => roundTwo(keys, [a, { ...b, list: other }]));
    }),
    repository(
      'names one unit twice, by points that differ in small order only',
      'OVERLAP_LIST_MALFORMED',
      async () => {
        const [a, b] = await roundOne(question, [unitsOf(0, 4), unitsOf(2, 6)]);
        const [first = b.list.base, , ...rest] = b.list.points;
        const list = { base: b.list.base, points: [first, first, ...rest] };
        const document = { ...b.signed.document, list: overlap.listHash(list) };
        const failures = await caught(() => roundTwo(keys, [a, { ...b, list, signed: { ...b.signed, document } }]));
        return failures.map(({ code }) => ({ code, party: REPOSITORIES[1] }));
      },
    ),
    repository('records a crossing of another list', 'OVERLAP_LIST_DIFFERS', () =>
      levelA(stage, { crossings: forged(stage, 0, { before: 'a'.repeat(64) }) }),
    ),
    repository('signs for another question', 'QUESTION_MISMATCH', () =>
      levelA(stage, { crossings: forged(stage, 0, { question: `sha256:${'b'.repeat(64)}` }) }),
    ),
    repository('sends a node another exponent than it signed', 'OVERLAP_LIST_DIFFERS', () => {
      const [first] = crossings;
      const record = { ...first.signed.document, owed: ['c', 'c', 'c'].map((digit) => digit.repeat(64)) as never };
      return caught(() => overlap.receivedCrossing(question, 1, record, first.envelopes[1], keys.nodes[1]));
    }),
    exchange('changes a crossing on its way', 'CONTRIBUTION_SIGNATURE_WRONG', () => {
      const [first, second] = transcript.crossings ?? [];
      if (first === undefined || second === undefined) return [];
      const changed = { ...first, document: { ...first.document, after: 'd'.repeat(64) } };
      return levelA(stage, { crossings: [changed, second] });
    }),
    exchange('carries one crossing twice', 'QUESTION_MISMATCH', () => {
      const [first] = transcript.crossings ?? [];
      return first === undefined ? [] : levelA(stage, { crossings: [first, first] });
    }),
    exchange('brings the lists of another question to the next node', 'ENVELOPE_BROKEN', async () => {
      const other = askOverlap(keys, { computation: 'o-2' });
      const size = overlap.sizeAt(question, 1);
      const list = () => ({
        base: overlap.GENERATOR,
        points: overlap.powers(
          overlap.GENERATOR,
          Array.from({ length: size }, () => one()),
        ),
      });
      const pair = [list(), list()] as const;
      const message = await overlap.sealedPair(other, 0, pair, keys.nodes[1].publicKey, random);
      return caught(() => overlap.openedPair(question, 1, message, keys.nodes[1]));
    }),
    exchange('tells the searcher another count', 'ANSWER_ALTERED', () =>
      overlap.verifyCount(lists, revealed, count + 1n),
    ),
    exchange('leaves one repository out', 'OVERLAP_NEEDS_TWO', () => {
      const alone = { ...lists, set: lists.set.slice(0, 1) };
      return overlap.verifyLinks(alone, verifyAny);
    }),
  ];
}

/** One crossing changed and signed again by its own repository. */
function forged({ transcript }: OverlapStage, at: 0 | 1, change: Partial<overlap.Crossing>): overlap.SignedCrossing[] {
  return (transcript.crossings ?? []).map((signed, index) =>
    index === at
      ? signDocument(overlap.CROSSING_TAG, { ...signed.document, ...change }, signed.by, signAs(signed.by))
      : signed,
  );
}

/** What honest runs raise: nothing. */
export const honestOverlap = (stage: OverlapStage): readonly Failure[] => {
  const lists = overlapOf(stage.transcript);
  return [
    ...levelA(stage, {}),
    ...overlap.verifyCount(lists, stage.revealed, stage.count),
    ...overlap.verifyTurns(lists, stage.revealed, stage.turns, verifyAny),
  ];
};
