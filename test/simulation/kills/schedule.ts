// What is asked and who is killed when: drawn from the seed alone, so that a failure can be played again.
import { canonicalBytes, hex, type Json, sha256 } from '../../../src/domain/canonical';
import { chance, type Chance } from '../../../src/launch/samples/chance';

export type Kind = 'new' | 'repeat' | 'refused' | 'two repositories';

export interface Asked {
  readonly kind: Kind;
  readonly template: string;
  readonly repositories: readonly string[];
  readonly parameters: Readonly<Record<string, Json>>;
}

export interface Kill {
  /** Falls once this many questions were asked, ... */
  readonly afterQuestion: number;
  /** ... so long after that. */
  readonly delayMs: number;
  readonly victim: string;
  /** How long nobody starts it again. */
  readonly downMs: number;
}

export interface Schedule {
  readonly questions: readonly Asked[];
  readonly kills: readonly Kill[];
}

export interface Wish {
  readonly seed: number;
  readonly kills: number;
  readonly questions: number;
  readonly victims: readonly string[];
  readonly survey: boolean;
}

export function scheduleOf({ seed, kills, questions, victims, survey }: Wish): Schedule {
  const c = chance(seed);
  return { questions: drawQuestions(c, questions, survey), kills: drawKills(c, kills, questions, victims) };
}

/** Hex SHA-256 of the schedule: equal digests, equal runs as far as they are ours to decide. */
export const digestOfSchedule = (schedule: Schedule): string =>
  hex(sha256(canonicalBytes(schedule as unknown as Json)));

function drawQuestions(c: Chance, count: number, survey: boolean): Asked[] {
  const asked: Asked[] = [];
  for (let i = 0; i < count; i += 1) {
    const kind = (['new', 'repeat', 'refused', 'two repositories'] as const)[c.weighted([5, 2, 1, 2])] ?? 'new';
    const earlier = asked.filter((one) => one.kind !== 'refused');
    const again = kind === 'repeat' ? earlier[c.below(Math.max(1, earlier.length))] : undefined;
    asked.push(again === undefined ? fresh(c, kind, survey) : { ...again, kind: 'repeat' });
  }
  return asked;
}

function fresh(c: Chance, kind: Kind, survey: boolean): Asked {
  const trips = (repositories: readonly string[], parameters: Record<string, Json>): Asked => ({
    kind: kind === 'repeat' ? 'new' : kind,
    template: 'trips-by-mode',
    repositories,
    parameters,
  });
  const purpose = ['work', 'school', 'shopping', 'care', 'leisure'][c.below(5)] ?? 'work';
  const minAge = 10 * c.below(6);
  const one = c.below(2) === 0 ? 'north-trips' : 'south-trips';
  if (kind === 'refused') return trips([one], { minAge: minAge + 5 }); // Not a step of the declared domain.
  if (kind === 'two repositories') return trips(['north-trips', 'south-trips'], { minAge, purpose });
  if (survey && c.below(4) === 0) {
    const minEducation = 4 * c.below(5);
    return { kind: 'new', template: 'wage-by-gender', repositories: ['cps-1985'], parameters: { minEducation } };
  }
  return trips([one], { minAge, purpose });
}

/** Every process at least once where there are kills enough; the rest at random. */
function drawKills(c: Chance, count: number, questions: number, victims: readonly string[]): Kill[] {
  const bag = [...victims];
  const kills = Array.from({ length: count }, () => {
    const [victim = ''] =
      bag.length > 0 ? bag.splice(c.below(bag.length), 1) : [victims[c.below(victims.length)] ?? ''];
    return { afterQuestion: 1 + c.below(questions), delayMs: c.below(700), victim, downMs: c.below(1500) };
  });
  return kills.sort((a, b) => a.afterQuestion - b.afterQuestion || a.delayMs - b.delayMs);
}
