// The searcher's side of an overlap: the nodes' releases opened and counted, and the one number that people read.
import { setImmediate as breathe } from 'node:timers/promises';
import type { Json } from '../../domain/canonical';
import {
  noiseInterval,
  overlap,
  overlapOf,
  type Question,
  type Release,
  type Transcript,
} from '../../domain/confidential';
import type { EnvelopeKeys, Failure } from '../../domain/confidential';
import { parseRational, rational } from '../../domain/safe-answers';
import { compare } from '../../domain/safe-answers/rational';
import type { SumsPlan } from '../../domain/templates/plan';
import { label } from './answer';

export interface OpenedOverlap {
  readonly revealed: overlap.Revealed;
  readonly count: bigint;
  /** Level B: empty, or the answer is refused. */
  readonly failures: readonly Failure[];
}

/** Refuses QUESTION_MISMATCH, ENVELOPE_BROKEN, OVERLAP_LIST_MALFORMED. */
export async function openedOverlap(
  transcript: Transcript,
  releases: readonly Release[],
  setRoot: string,
  hpke: EnvelopeKeys,
): Promise<OpenedOverlap> {
  const { document } = transcript.question;
  const revealed = await overlap.openOverlap(document, releases, setRoot, hpke);
  const count = overlap.counted(document.noiseScale, await overlap.comparable(revealed, () => breathe()), revealed);
  return { revealed, count, failures: overlap.verifyCount(overlapOf(transcript), revealed, count) };
}

/** The safe answer: one count between nought and the capacity, its 95 % interval, and the label. Withheld below the floor. */
export function overlapBody(plan: SumsPlan, question: Question, count: bigint): Json {
  const scale = question.noiseScale === 'none' ? undefined : parseRational(question.noiseScale);
  const interval = scale === undefined ? { all: 0n, oneStripped: 0n } : noiseInterval(scale);
  const top = BigInt(question.cells);
  const held = (value: bigint): string => String(value < 0n ? 0n : value > top ? top : value);
  const small = compare(rational(count), rational(BigInt(plan.privacy.minUnits))) < 0;
  const shown: Json = small
    ? { withheld: 'FLOOR' }
    : { value: held(count), low: held(count - interval.all), high: held(count + interval.all) };
  const as = plan.measures[0]?.as ?? 'overlap';
  const made = label(plan, question, { repositories: 2, interval, withheld: small ? 1 : 0, delta: overlap.DELTA });
  const [en, zh] = [
    `At most ${String(question.cells)} of each repository were compared; who has more is compared in a random part.`,
    `每个数据仓库最多比对 ${String(question.cells)} 个单位；超出者仅随机比对其中一部分。`,
  ];
  return {
    schema: 'aggregora/confidential-answer/1',
    cells: [{ key: [], values: { [as]: shown } }],
    label: {
      ...made,
      capacity: question.cells,
      sentences: { en: [...made.sentences.en, en], zh: [...made.sentences.zh, zh] },
    },
  };
}
