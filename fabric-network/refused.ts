// Callers whom a peer turned away lately, from its log: all programs are healthy then, and yet somebody gets nothing done.
const LATELY_MS = 10 * 60_000;

export interface Refused {
  /** How many proposals in the last ten minutes, as far as the log still shows. */
  readonly count: number;
  /** Milliseconds since 1970 of the newest. */
  readonly at: number;
  /** The peer's own words about the newest. */
  readonly why: string;
  /** Organisation and certificate subject of the newest, where the peer names them. */
  readonly who: string;
}

const line =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC .*(?:\[endorser\] Validate -> access denied .*?error="([^"]+)"|\[gateway\] .*error="(proposal client identity expired)")/;
const identity = /identity="\((mspid=\S+ subject=\S+)/;

/** undefined when nobody was refused in the ten minutes before `now`. */
export function refusedIn(lines: readonly string[], now: number): Refused | undefined {
  const found = lines.flatMap((text) => {
    const match = line.exec(text);
    if (match === null) return [];
    const at = Date.parse(`${match[1] ?? ''}T${match[2] ?? ''}Z`);
    return at > now - LATELY_MS ? [{ at, why: match[3] ?? match[4] ?? '', who: identity.exec(text)?.[1] ?? '' }] : [];
  });
  const newest = found.at(-1);
  return newest && { count: found.length, ...newest };
}
