// A room that has something to do when time passes says so by one function.

export interface Chore {
  /** Does what is due now; safe to call at any time and twice at once. */
  sweep(): Promise<void>;
}

export const CHORES = Symbol('chores');
