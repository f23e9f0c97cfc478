// Epochs are calendar quarters (UTC): no searcher can invent one to ask the same thing beside its near twin.
import { Refusal } from '../refusals';
import type { Question } from './question';

const HOUR = 3_600_000;

/** `2026-q4` of an instant in milliseconds since 1970 UTC. */
export function epochOf(now: number): string {
  const day = new Date(now);
  return `${String(day.getUTCFullYear())}-q${String(Math.floor(day.getUTCMonth() / 3) + 1)}`;
}

/** Refuses QUESTION_MALFORMED for an epoch that is not the cut-off's own, and CUT_OFF_PASSED for a cut-off an hour away or more. */
export function mustBeTimely(question: Question, now: number): void {
  if (question.epoch !== epochOf(question.cutOff)) throw new Refusal('QUESTION_MALFORMED', { at: 'epoch' });
  if (Math.abs(now - question.cutOff) > HOUR) throw new Refusal('CUT_OFF_PASSED', { cutOff: question.cutOff });
}
