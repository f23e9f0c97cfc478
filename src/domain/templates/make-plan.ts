// Turns a template and a binding into the plan that every source can run.
import { elementId, type DataElement } from '../elements';
import type { Binding } from './bind';
import { checkTemplate } from './check';
import { filtersOf } from './conditions';
import { templateId, type Template } from './document';
import { refuse } from './faults';
import { bandOf, groupingOf } from './groups';
import { measuresOf } from './measures';
import type { Grouping, Plan } from './plan';

/** The plan of one question. Refuses as `checkTemplate`, and MEASURE_NOT_OFFERED for quantile, top-k and discovered keys. */
export function plan(template: Template, element: DataElement, binding: Binding): Plan {
  checkTemplate(template, element);
  const { aggregates, measures } = measuresOf(template, element);
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
  const bands = template.measures.flatMap((measure, i) =>
    measure.of === 'histogram' ? [bandOf(measure.column, measure.edges, element, ['measures', i], 'edges')] : [],
  );
  return [...groups, ...bands];
}
