// Calendar buckets in UTC: how an instant becomes a key, and every key of a declared range.
import { dayMs, dayNumber, dayText } from './domains';

export type BucketSize = 'hour' | 'day' | 'week' | 'month';

const hours = Array.from({ length: 24 }, (_, hour) => `T${String(hour).padStart(2, '0')}`);

/** The Monday of the day's week (ISO 8601-1 §3.1.1.23); day 0 of 1970 was a Thursday. */
const monday = (day: number): number => day - ((((day + 3) % 7) + 7) % 7);

/** Key of an instant (ms, UTC): `2026-01-31T07`, `2026-01-31`, the week's Monday `2026-01-26`, or `2026-01`. */
export function bucketKey(instant: number, by: BucketSize): string {
  const day = Math.floor(instant / dayMs);
  switch (by) {
    case 'hour':
      return new Date(instant).toISOString().slice(0, 13);
    case 'day':
      return dayText(day);
    case 'week':
      return dayText(monday(day));
    case 'month':
      return dayText(day).slice(0, 7);
  }
}

/** Days from first to last, both included. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from) + 1;

/** All keys that a day in [from, to] can have, in time order. */
export function bucketKeys(from: string, to: string, by: BucketSize): readonly string[] {
  const first = dayNumber(from);
  const days = Array.from({ length: Math.max(0, daysBetween(from, to)) }, (_, i) => first + i);
  if (by === 'hour') return days.flatMap((day) => hours.map((hour) => `${dayText(day)}${hour}`));
  return [...new Set(days.map((day) => bucketKey(day * dayMs, by)))];
}
