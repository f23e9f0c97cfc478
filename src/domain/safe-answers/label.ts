// The label on every answer: what it is, what it cost, how exact it is and what it promises.
import type { Json } from '../canonical';
import type { Plan } from '../templates/plan';
import { epsilonOf, pureEpsilonOf, sureness } from './loss';
import { noiseText } from './mechanism';
import { parseRational, toText } from './rational';
import { sentences } from './sentences';
import { columnsOf, groupsPerUnit, rhoOf, type NoisedColumn } from './split';

/** What a plan does not know. Nothing here may depend on the searcher: a stored answer goes out to everybody alike. */
export interface LabelInputs {
  readonly dataVersion: string;
  /** Rational text: the cap that one searcher can spend here; the two sentences speak of it. */
  readonly cap: string;
  /** Rational text, for display of (epsilon, delta). */
  readonly delta: string;
  /** One note for each loosened policy field, see policy.ts. */
  readonly loosened: readonly Json[];
  /** True where the rows are invented: previews and synthetic populations. */
  readonly synthetic: boolean;
}

const columnLabel = ({ name, linf, rho, noise }: NoisedColumn): Json => ({
  column: name,
  linf: `${linf}`,
  rho: toText(rho),
  noise: noiseText(noise),
});

function lossLabel(plan: Plan, columns: readonly NoisedColumn[], delta: string): Json {
  const pure = pureEpsilonOf(columns);
  return pure === undefined
    ? { epsilon: epsilonOf(rhoOf(plan), parseRational(delta)), delta }
    : { epsilon: pure, delta: '0' };
}

/** All texts are canonical; `rho` is what this answer spent, exactly. Rho left and the receipt id travel beside the body. */
export function labelOf(plan: Plan, columns: readonly NoisedColumn[], withheld: number, inputs: LabelInputs): Json {
  const { mechanism, minUnits } = plan.privacy;
  const sure = sureness(mechanism, parseRational(inputs.cap));
  return {
    template: plan.template,
    element: plan.element,
    binding: plan.binding,
    dataVersion: inputs.dataVersion,
    mechanism: {
      name: mechanism,
      columns: columns.map(columnLabel),
      measures: plan.measures.map((m) => ({ as: m.as, of: m.of, columns: columnsOf(m), ...shapeOf(plan, m) })),
    },
    rho: toText(rhoOf(plan)),
    loss: lossLabel(plan, columns, inputs.delta),
    interval: '95 %',
    unit: plan.unitOf,
    groupsPerUnit: Number(groupsPerUnit(plan)),
    minUnits,
    withheld: { cells: withheld, why: withheld === 0 ? [] : ['FLOOR'] },
    sure: { cap: toText(parseRational(inputs.cap)), ...sure },
    sentences: sentences(sure, plan.unitOf),
    loosened: inputs.loosened,
    synthetic: inputs.synthetic,
  };
}

/** What a reader needs to recompute or combine a measure from noisy columns: public bounds, as integer texts. */
function shapeOf(plan: Plan, measure: Plan['measures'][number]): Readonly<Record<string, Json>> {
  if (measure.of === 'sum' || measure.of === 'mean') {
    const bounds = plan.aggregates[measure.total];
    if (bounds?.of !== 'sum') throw new Error('this measure reads a sum');
    const range = {
      low: `${bounds.low}`,
      high: `${bounds.high}`,
      lowest: `${bounds.lowest}`,
      highest: `${bounds.highest}`,
    };
    return { scale: measure.scale, ...range, ...(measure.of === 'mean' ? { midpoint: `${measure.midpoint}` } : {}) };
  }
  return measure.of === 'variance' ? { scale: measure.scale, halfWidth: `${measure.halfWidth}` } : {};
}
