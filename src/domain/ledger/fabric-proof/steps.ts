// Refusing, with the step that failed.
import { Refusal } from '../../refusals';
import { refuse } from '../state';

export type Step =
  | 'shape'
  | 'genesis'
  | 'channel'
  | 'creator'
  | 'question'
  | 'proposal'
  | 'answer'
  | 'reads'
  | 'endorsement'
  | 'quorum'
  | 'value'
  | 'block'
  | 'orderer'
  | 'anchor'
  | 'successor';

/** LEDGER_PROOF_WRONG at this step. */
export const wrong = (at: Step): never => refuse('LEDGER_PROOF_WRONG', { at });

export function must(holds: boolean, at: Step): void {
  if (!holds) wrong(at);
}

/** A parser's error or another refusal inside a step means: this step failed. */
export function step<T>(at: Step, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'LEDGER_PROOF_WRONG') throw error;
    return wrong(at);
  }
}

export function present<T>(part: T | undefined, at: Step): T {
  return part === undefined ? wrong(at) : part;
}
