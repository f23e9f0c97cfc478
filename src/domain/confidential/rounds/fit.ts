// A logistic fit as it goes from round to round: every party that holds the rounds' released sums finds the same next coefficients.
import type { Json, JsonObject } from '../../canonical';
import { canonicalQuantity, type DataElement } from '../../elements';
import { Refusal } from '../../refusals';
import { parseRational, rational, type Rational } from '../../safe-answers/rational';
import { bind, logisticIn, stepsOf, sumsPlan, type Logistic, type Template } from '../../templates';
import type { Factor, SumsPlan } from '../../templates/plan';
import { demandsOf, type Demands } from '../demands';
import type { Combined } from '../plans/estimates';
import type { LogisticMeasure } from './sums';

/** The values that a coefficient may take. */
export interface Grid {
  readonly name: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly by: bigint;
  readonly scale: number;
}

export interface Fit {
  readonly template: Template;
  readonly element: DataElement;
  readonly measure: Logistic;
  /** What the whole fit was asked with: neither round nor coefficients. */
  readonly parameters: JsonObject;
  /** The constant's first. */
  readonly grids: readonly Grid[];
}

/** What one round released. */
export interface Released {
  readonly cells: readonly bigint[];
  readonly repositories: number;
}

/** The fit that a question asks for; undefined when its template fits nothing, or when it is one round by itself. */
export function fitOf(template: Template, element: DataElement, parameters: JsonObject): Fit | undefined {
  const measure = logisticIn(template);
  if (measure === undefined || parameters[measure.round] !== undefined) return undefined;
  const grids = measure.at.map((name): Grid => {
    const parameter = template.parameters[name];
    if (parameter?.type !== 'step') throw new Refusal('TEMPLATE_PARAMETER_UNFIT', { at: name });
    return { name, ...stepsOf(parameter) };
  });
  return { template, element, measure, parameters, grids };
}

/** The nearest value of the grid, halves up, never outside it. */
export function onGrid({ from, to, by, scale }: Grid, value: Rational): Rational {
  const unit = 10n ** BigInt(scale);
  const steps = (2n * (value.num * unit - from * value.den) + by * value.den) / (2n * by * value.den);
  const held = from + by * steps;
  // Division cuts toward zero: below the grid that is `from`, as it should be.
  return rational(held < from ? from : held > to ? to : held, unit);
}

/** Parameters of a round: 0 is the start, the last one asks for the curvature. */
export function parametersOf({ parameters, measure, grids }: Fit, round: number, at: readonly Rational[]): JsonObject {
  if (round === 0) return parameters;
  const named = grids.map(({ name, scale }, i): [string, Json] => {
    const { num, den } = at[i] ?? rational(0n);
    return [name, canonicalQuantity((num * 10n ** BigInt(scale)) / den, scale)];
  });
  return { ...parameters, [measure.round]: round, ...Object.fromEntries(named) };
}

export interface PlannedRound {
  readonly plan: SumsPlan;
  readonly demands: Demands;
  readonly measure: LogisticMeasure;
}

/** The plan of a round with these parameters, as every data end makes it. */
export function roundPlan({ template, element }: Fit, parameters: JsonObject): PlannedRound {
  const plan = sumsPlan(template, element, bind(template, element, parameters));
  const measure = plan.measures.find((one): one is LogisticMeasure => one.of === 'logistic');
  if (measure === undefined) throw new Refusal('PLAN_NOT_LINEAR', { measures: plan.measures.length });
  return { plan, demands: demandsOf(plan), measure };
}

/** A release as the readers of sums take it. */
export const combinedOf = ({ demands }: PlannedRound, { cells, repositories }: Released): Combined => ({
  scale: parseRational(demands.noiseScale),
  repositories,
  cells,
});

export const variablesOf = ({ measure }: PlannedRound): readonly Factor[] =>
  measure.round === 'start' ? measure.moments.variables.slice(1) : measure.variables;
