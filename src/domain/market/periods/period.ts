// Billing periods: half-open, anchored to the first day, edges in the account's zone, kept as rows once computed.
import { Refusal } from '../../refusals';
import { instantOf, wallTime, type WallTime } from './zone';

export const intervals = { month: 1, quarter: 3, year: 12 } as const;
export type Interval = keyof typeof intervals;

/** The rule; `anchor` is the start of period 0 (ms UTC, whole seconds). */
export interface Cycle {
  readonly anchor: number;
  readonly zone: string;
  readonly interval: Interval;
}

/** A stored row: [start, end) in ms UTC. Later changes of zone rules never move it. */
export interface Period {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Period `index` ≥ 0. Edges count from the anchor, never from the last edge: 31 Jan → 28 Feb → 31 Mar. */
export function periodAt(cycle: Cycle, index: number): Period {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError('period index');
  return { index, start: edge(cycle, index), end: edge(cycle, index + 1) };
}

/** The period an instant falls in. Refuses PERIOD_BEFORE_ANCHOR. */
export function periodOf(cycle: Cycle, at: number): Period {
  if (at < cycle.anchor) throw new Refusal('PERIOD_BEFORE_ANCHOR');
  const from = wallTime(cycle.anchor, cycle.zone);
  const to = wallTime(at, cycle.zone);
  const months = (to.year - from.year) * 12 + to.month - from.month;
  let index = Math.max(0, Math.floor(months / intervals[cycle.interval]) - 1);
  while (edge(cycle, index + 1) <= at) index += 1;
  return periodAt(cycle, index);
}

function edge({ anchor, zone, interval }: Cycle, index: number): number {
  if (index === 0) return anchor;
  return instantOf(addMonths(wallTime(anchor, zone), index * intervals[interval]), zone);
}

/** The same day `months` later, or the month's last day when it has no such day. */
export function addMonths(wall: WallTime, months: number): WallTime {
  const count = wall.year * 12 + (wall.month - 1) + months;
  const year = Math.floor(count / 12);
  const month = (count % 12) + 1;
  return { ...wall, year, month, day: Math.min(wall.day, daysIn(year, month)) };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
