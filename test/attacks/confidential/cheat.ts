// What one cheat is, and what a run of all of them reports.
import { Refusal } from '../../../src/domain/refusals';
import type { Failure } from '../../../src/domain/confidential';

export interface Cheat {
  readonly name: string;
  readonly by: 'node' | 'exchange' | 'repository' | 'searcher';
  /** The code that must be among those reported. */
  readonly code: string;
  /** Who must be named; absent where the protocol detects without naming. */
  readonly culprit?: string;
  readonly play: () => Promise<readonly Failure[]> | readonly Failure[];
}

export interface Played {
  readonly name: string;
  readonly by: Cheat['by'];
  readonly detected: boolean;
  readonly codes: readonly string[];
  readonly named: readonly string[];
  readonly culprit: string | null;
}

/** A refusal thrown while cheating is a detection too. */
export async function caught(act: () => unknown): Promise<readonly Failure[]> {
  try {
    await act();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const party = error.details['repository'] ?? error.details['node'];
    return [typeof party === 'string' ? { code: error.code, party } : { code: error.code }];
  }
}

export async function playCheat(cheat: Cheat): Promise<Played> {
  const failures = await cheat.play();
  const codes = [...new Set(failures.map(({ code }) => code))];
  const named = [...new Set(failures.flatMap(({ party }) => (party === undefined ? [] : [party])))];
  const right =
    codes.includes(cheat.code) && (cheat.culprit === undefined || (named.length === 1 && named[0] === cheat.culprit));
  return { name: cheat.name, by: cheat.by, detected: right, codes, named, culprit: cheat.culprit ?? null };
}
