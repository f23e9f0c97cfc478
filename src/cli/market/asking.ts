// How a paid question is asked from the command line: the searcher's book, and the permit that fits.
import type { JsonObject } from '../../domain/canonical';
import type { Searcher } from '../../sdk/asking/searcher';
import { UsageError } from '../exits';

export interface Asking {
  readonly searcher: Searcher;
  /** Owner, repository and permit for a product's repository and template. Refuses PERMIT_MISSING. */
  readonly placeFor: (
    repository: string,
    template: string,
    purpose: string,
  ) => Promise<{ owner: string; permit: string }>;
  readonly close: () => void;
}

/** `name=value` pairs; numbers and true/false become what they are. */
export function parametersOf(pairs: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new UsageError(
          `Write parameters like minAge=30, not "${pair}".`,
          `参数请写成 minAge=30，而不是 "${pair}"。`,
        );
      return [pair.slice(0, at), valueOf(pair.slice(at + 1))];
    }),
  );
}

function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

export const collect = (value: string, before: string[] = []): string[] => [...before, value];
