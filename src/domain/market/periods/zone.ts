// Wall time in an IANA zone and the UTC instant it means, with the clock changes decided once.
import { Refusal } from '../../refusals';

/** A wall clock reading; month 1–12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks in the zone show at the instant (ms UTC). Refuses ZONE_UNKNOWN. */
export function wallTime(at: number, zone: string): WallTime {
  const parts = formatOf(zone).formatToParts(at);
  const field = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: field('year'),
    month: field('month'),
    day: field('day'),
    hour: field('hour'),
    minute: field('minute'),
    second: field('second'),
  };
}

/**
 * The instant (ms UTC) at which clocks in the zone show `wall`. A reading that occurs twice means the first; a reading
 * that is skipped means as long after the jump as it is after the gap's start (02:30 becomes 03:30), as RFC 5545 says.
 */
export function instantOf(wall: WallTime, zone: string): number {
  const naive = asUtc(wall);
  const before = offsetAt(naive - DAY_MS, zone);
  const after = offsetAt(naive + DAY_MS, zone);
  const readings = [...new Set([before, after])].map((offset) => naive - offset);
  const exact = readings.filter((at) => asUtc(wallTime(at, zone)) === naive);
  return exact.length > 0 ? Math.min(...exact) : naive - before; // RFC 5545 §3.3.5
}

function offsetAt(at: number, zone: string): number {
  return asUtc(wallTime(at, zone)) - Math.floor(at / 1000) * 1000;
}

function asUtc(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = make(zone);
  formats.set(zone, made);
  return made;
}

function make(timeZone: string): Intl.DateTimeFormat {
  try {
    const two = '2-digit';
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
  } catch {
    throw new Refusal('ZONE_UNKNOWN');
  }
}
