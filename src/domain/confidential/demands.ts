// What a planned template demands of a confidential question: searcher, data end and auditor compute the same.
import { Refusal } from '../refusals';
import { isqrt, parseRational, rational, type Rational } from '../safe-answers';
import type { SumsPlan } from '../templates/plan';
import { noiseScale, overlapPlan, planId, tablePlan, type ContributionPlan } from './plans';
import type { Question } from './question';

/** Most privacy units of one repository; keeps every cell inside the range of every mode. */
export const UNITS_BOUND = 1n << 24n;

/** Steps of 2^−24 for epsilon. */
const FINE = 1n << 24n;

/** The largest epsilon (in steps of 2^−24) of a pure mechanism that costs at most `rho`: epsilon²/2 ≤ rho (Bun, Steinke 2016, proposition 1.4). */
export function epsilonFor(rho: Rational): Rational {
  return rational(isqrt((2n * rho.num * FINE * FINE) / rho.den), FINE);
}

export interface Demands {
  readonly contribution: ContributionPlan;
  readonly template: SumsPlan['template'];
  readonly binding: SumsPlan['binding'];
  readonly plan: Question['plan'];
  readonly cells: number;
  readonly bound: string;
  readonly noiseScale: string;
}

/** Refuses PLAN_NOT_LINEAR for a template with discovered keys. */
export function demandsOf(plan: SumsPlan): Demands {
  const contribution = overlapPlan(plan) ?? tablePlan(plan, UNITS_BOUND);
  return {
    contribution,
    template: plan.template,
    binding: plan.binding,
    plan: planId(contribution),
    cells: contribution.cells,
    bound: contribution.bound,
    noiseScale: noiseScale(contribution, epsilonFor(parseRational(plan.privacy.rho))),
  };
}

const fields = ['template', 'binding', 'plan', 'cells', 'bound', 'noiseScale'] as const;

/** Whether this mode answers this plan: overlaps in their own, everything else in the others. */
export const fitsMode = (mode: Question['mode'], { contribution }: Demands): boolean =>
  (mode === 'overlap') === (contribution.kind === 'overlap');

/** Refuses QUESTION_MISMATCH naming the first field that is not what the plan demands: no other cells, no less noise. */
export function mustMeet(question: Question, demands: Demands): void {
  if (!fitsMode(question.mode, demands)) throw new Refusal('QUESTION_MISMATCH', { at: 'mode' });
  const at = fields.find((field) => question[field] !== demands[field]);
  if (at !== undefined) throw new Refusal('QUESTION_MISMATCH', { at });
}
