// Turns a template and a binding into the plan that every source can run.
import { elementId, type DataElement } from '../elements';
import type { Binding } from './bind';
import { checkTemplate } from './check';
import { filtersOf } from './conditions';
import { templateId, type Template } from './document';
import { refuse } from './faults';
import { bandOf, groupingOf } from './groups';
import { measuresOf, onlySums } from './measures';
import type { Aggregate, Grouping, Plan, PlannedMeasure, SumsPlan } from './plan';

/**
 * The plan of one question to one repository. Refuses as `checkTemplate`, and MEASURE_NOT_OFFERED for quantile, correlation,
 * regression, logistic, top-k and discovered keys.
 */
export function plan(template: Template, element: DataElement, binding: Binding): Plan {
  checkTemplate(template, element);
  const at = template.measures.findIndex(onlySums);
  if (at >= 0) refuse('MEASURE_NOT_OFFERED', ['measures', at], template.measures[at]?.of ?? '');
  const { aggregates, measures, ...rest } = sumsPlan(template, element, binding);
  return { ...rest, aggregates: aggregates as readonly Aggregate[], measures: measures as readonly PlannedMeasure[] };
}

/** The plan of a confidential question: what `plan` offers, and quantiles by bins, correlation, regression and rounds of a logistic fit. */
export function sumsPlan(template: Template, element: DataElement, binding: Binding): SumsPlan {
  checkTemplate(template, element);
  oneGrid(template);
  const { aggregates, measures } = measuresOf(template, element, binding.parameters);
  return {
    template: templateId(template),
    element: elementId(element),
    binding: binding.id,
    unit: element.unit.column,
    unitOf: element.unit.of,
    filters: filtersOf(template, element, binding.parameters),
    groups: groupsOf(template, element),
    groupsPerUnit: template.bounds.groupsPerUnit,
    aggregates: aggregates.map(({ aggregate }) => aggregate),
    measures,
    privacy: {
      mechanism: template.privacy.mechanism,
      rho: template.privacy.rho,
      minUnits: template.privacy.minUnits,
    },
  };
}

function groupsOf(template: Template, element: DataElement): readonly Grouping[] {
  const groups = template.groupBy.map((group, i) => {
    if ('keys' in group && group.keys === 'discovered')
      refuse('MEASURE_NOT_OFFERED', ['groupBy', i, 'keys'], 'discovered');
    return groupingOf(group, element, ['groupBy', i]);
  });
  const bands = template.measures.flatMap((measure, i) => {
    const at = ['measures', i];
    if (measure.of === 'histogram') return [bandOf(measure.column, measure.edges, element, at, 'edges')];
    // All quantiles of a template share one grid: the first one brings it.
    if (measure.of !== 'quantile' || template.measures.findIndex(({ of }) => of === 'quantile') !== i) return [];
    return [bandOf(measure.column, measure.candidates, element, at, 'candidates')];
  });
  return [...groups, ...bands];
}

/** Quantiles are read from one grid of bins, so they stand with their like alone. Refuses TEMPLATE_MEASURE_CONFLICT. */
function oneGrid({ measures }: Template): void {
  const first = measures.find((measure) => measure.of === 'quantile');
  if (first === undefined) return;
  const grid = JSON.stringify(first.candidates);
  measures.forEach((measure, at) => {
    if (measure.of !== 'quantile' || measure.column !== first.column || JSON.stringify(measure.candidates) !== grid)
      refuse('TEMPLATE_MEASURE_CONFLICT', ['measures', at], 'quantiles of one column and grid stand alone');
  });
}
