// The plan of an overlap: no vector travels, only a capacity and what one unit can change.
import type { SumsPlan } from '../../templates/plan';
import type { ContributionPlan } from './plan';

/**
 * The plan, or undefined for a template that asks for sums. One unit changes the count by two at most: it may be in both
 * lists, and where a list is cut to its capacity another unit takes its place.
 */
export function overlapPlan({ measures }: SumsPlan): ContributionPlan | undefined {
  const [measure] = measures;
  if (measure?.of !== 'overlap') return undefined;
  return {
    schema: 'aggregora/contribution-plan/1',
    kind: 'overlap',
    axes: [],
    blocks: [],
    cells: measure.capacity,
    bound: '1',
    sensitivity: '2',
  };
}
