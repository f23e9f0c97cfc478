// What every node checks before it lets a sum out: enough repositories, no near-twin set, the right searcher's key.
import { Refusal } from '../refusals';
import { keyThumbprint, readKey } from './envelope';
import type { Question } from './question';

/** A set that this node already helped to answer. */
export interface AnsweredSet {
  readonly template: string;
  readonly binding: string;
  readonly epoch: string;
  readonly repositories: readonly string[];
}

/** A node's own limits: the searcher writes the question, so its numbers alone protect nobody. */
export interface SetPolicy {
  readonly minRepositories: number;
  readonly floor: number;
}

const LEAST: SetPolicy = { minRepositories: 3, floor: 2 };

const differs = (a: readonly string[], b: readonly string[]): number => {
  const [left, right] = [new Set(a), new Set(b)];
  return [...left].filter((one) => !right.has(one)).length + [...right].filter((one) => !left.has(one)).length;
};

/** Refuses TOO_FEW_REPOSITORIES, OVERLAP_NEEDS_TWO, ALREADY_ANSWERED (same set: noise must not be drawn twice), SETS_TOO_CLOSE (differencing). */
export function checkSet(
  question: Question,
  repositories: readonly string[],
  answered: readonly AnsweredSet[],
  policy: SetPolicy = LEAST,
): void {
  const overlap = question.mode === 'overlap';
  const least = overlap ? 2 : Math.max(question.minRepositories, policy.minRepositories);
  const floor = Math.max(question.floor, policy.floor);
  const count = new Set(repositories).size;
  if (count < least) throw new Refusal('TOO_FEW_REPOSITORIES', { count, least });
  if (overlap && count !== 2) throw new Refusal('OVERLAP_NEEDS_TWO', { count });
  for (const before of answered) {
    if (before.template !== question.template || before.binding !== question.binding || before.epoch !== question.epoch)
      continue;
    const by = differs(before.repositories, repositories);
    if (by === 0) throw new Refusal('ALREADY_ANSWERED', { count });
    // Two pairs with one repository in common are two questions: nothing of the one can be taken off the other.
    if (!overlap && by < floor) throw new Refusal('SETS_TOO_CLOSE', { by, floor });
  }
}

/** The registry's thumbprint must be that of the signed question's key; refuses SEARCHER_KEY_MISMATCH. */
export function checkSearcherKey(question: Question, registered: string): void {
  if (keyThumbprint(readKey(question.searcherKey)) !== registered)
    throw new Refusal('SEARCHER_KEY_MISMATCH', { searcher: question.searcher });
}
