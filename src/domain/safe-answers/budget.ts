// Budgets: a plain sum of rho against a cap, which is a valid privacy filter under adaptive questions (Whitehouse et al. 2023).
import { Refusal } from '../refusals';
import type { Hold } from './hold';
import { add, compare, parseRational, subtract, toText, zero, type Rational } from './rational';

export interface Budget {
  readonly cap: Rational;
  readonly spent: Rational;
  readonly held: Rational;
}

/** True when spent + held + cost ≤ cap; a cost of 0 or less never passes for a question. */
export const afford = (cap: Rational, spent: Rational, held: Rational, cost: Rational): boolean =>
  compare(cost, zero) > 0 && compare(add(add(spent, held), cost), cap) <= 0;

/** What is left to place holds on; never below 0. */
export function leftOf({ cap, spent, held }: Budget): Rational {
  const left = subtract(cap, add(spent, held));
  return compare(left, zero) < 0 ? zero : left;
}

/** Spent and held of one account, from all of its holds. */
export function budgetOf(cap: Rational, holds: readonly Hold[]): Budget {
  const sum = (state: Hold['state']): Rational =>
    holds
      .filter((h) => h.state === state)
      .reduce((total, h) => add(total, parseRational(h.captured ?? h.amount)), zero);
  return { cap, spent: sum('CAPTURED'), held: sum('HELD') };
}

/** Returns when both budgets cover the cost. Refuses BUDGET_SPENT_SEARCHER, then BUDGET_SPENT_REPOSITORY. */
export function mustAfford(searcher: Budget, repository: Budget, cost: Rational): void {
  const pairs = [
    ['BUDGET_SPENT_SEARCHER', searcher],
    ['BUDGET_SPENT_REPOSITORY', repository],
  ] as const;
  for (const [code, budget] of pairs)
    if (!afford(budget.cap, budget.spent, budget.held, cost))
      throw new Refusal(code, { cost: toText(cost), left: toText(leftOf(budget)) });
}
