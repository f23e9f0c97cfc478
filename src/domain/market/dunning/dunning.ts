// What happens to an unpaid invoice, day by day, as a table: reminders, suspension, write-off.
import { Refusal } from '../../refusals';

export const dunningMoves = {
  DUE: ['PAID', 'REMINDED', 'VOIDED'],
  REMINDED: ['PAID', 'WARNED', 'VOIDED'],
  WARNED: ['PAID', 'SUSPENDED', 'VOIDED'],
  SUSPENDED: ['PAID', 'WRITTEN_OFF', 'VOIDED'],
  WRITTEN_OFF: ['PAID'],
  PAID: [],
  VOIDED: [],
} as const;
export type DunningState = keyof typeof dunningMoves;

/** Days after the due date at which each step is taken; access stops at SUSPENDED and returns at PAID. */
export const schedule = [
  { state: 'REMINDED', days: 3, access: true },
  { state: 'WARNED', days: 10, access: true },
  { state: 'SUSPENDED', days: 20, access: false },
  { state: 'WRITTEN_OFF', days: 90, access: false },
] as const satisfies readonly { state: DunningState; days: number; access: boolean }[];

const DAY_MS = 86_400_000;

/** The next state due at `now`, one step at a time so that no reminder is skipped; undefined when nothing is due. */
export function nextStep(state: DunningState, dueAt: number, now: number): DunningState | undefined {
  const allowed: readonly DunningState[] = dunningMoves[state];
  return schedule.find((step) => allowed.includes(step.state) && now >= dueAt + step.days * DAY_MS)?.state;
}

/** Refuses DUNNING_MOVE. */
export function moveDunning(state: DunningState, to: DunningState): DunningState {
  const allowed: readonly DunningState[] = dunningMoves[state];
  if (!allowed.includes(to)) throw new Refusal('DUNNING_MOVE', { state, to });
  return to;
}

export function hasAccess(state: DunningState): boolean {
  return schedule.find((step) => step.state === state)?.access ?? true;
}
