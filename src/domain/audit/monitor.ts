// What a watcher of the ledger raises: numbers that skip, trees that shrink, heartbeats and promises that are late.
import { HEARTBEAT_MS, SKEW_MS } from '../receipts';

/** An anchor as the watcher saw it arrive; `seenAt` is the watcher's own clock (milliseconds), never the ledger's. */
export interface SeenAnchor {
  readonly participant: string;
  readonly seq: number;
  readonly size: number;
  readonly seenAt: number;
}

/** A promise to anchor a leaf by an instant, and when it was seen kept. */
export interface Promised {
  readonly xid: string;
  readonly participant: string;
  readonly anchorBy: number;
  readonly anchoredAt?: number;
}

export type Alarm =
  | { readonly of: 'GAP'; readonly participant: string; readonly seq: number; readonly expected: number }
  | { readonly of: 'SHRUNK'; readonly participant: string; readonly seq: number }
  | { readonly of: 'SILENT'; readonly participant: string; readonly forMs: number }
  | { readonly of: 'LATE'; readonly participant: string; readonly xid: string; readonly byMs: number };

/** Heartbeats missed in a row before silence is an alarm. */
const MISSED = 3;

/** Alarms about one participant's anchors, in ledger order: gaps, shrinking trees, silence until `now`. */
export function watchAnchors(anchors: readonly SeenAnchor[], now: number): Alarm[] {
  const alarms: Alarm[] = [];
  anchors.forEach(({ participant, seq, size }, index) => {
    const before = anchors[index - 1];
    const expected = (before?.seq ?? seq - 1) + 1;
    if (seq !== expected) alarms.push({ of: 'GAP', participant, seq, expected });
    if (before && size < before.size) alarms.push({ of: 'SHRUNK', participant, seq });
  });
  const last = anchors.at(-1);
  const forMs = last ? now - last.seenAt : 0;
  if (last && forMs > MISSED * HEARTBEAT_MS) alarms.push({ of: 'SILENT', participant: last.participant, forMs });
  return alarms;
}

/** Alarms about promises to anchor that were kept late or are overdue at `now`; clocks may differ by 120 s. */
export function watchPromises(promises: readonly Promised[], now: number): Alarm[] {
  return promises.flatMap(({ participant, xid, anchorBy, anchoredAt }): Alarm[] => {
    const byMs = (anchoredAt ?? now) - anchorBy;
    return byMs > SKEW_MS ? [{ of: 'LATE', participant, xid, byMs }] : [];
  });
}
