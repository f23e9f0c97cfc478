// Decides at authoring time whether a template can ever be run: everything a reviewer should not have to look for.
import { elementId, type DataElement } from '../elements';
import { parseRational, toText } from '../safe-answers';
import { checkConditions } from './conditions';
import type { Template } from './document';
import { bindingCount, stepsOf } from './domains';
import { refuse } from './faults';
import { checkGroups } from './groups';
import { checkMeasures } from './measures';

/** Above this, discovered keys would make the differencing check hopeless. */
export const MOST_BINDINGS_DISCOVERED = 10_000n;

/** Returns nothing when the template fits the element; refuses TEMPLATE_* {at, rule} at the first fault. */
export function checkTemplate(template: Template, element: DataElement): void {
  if (template.element !== elementId(element)) refuse('TEMPLATE_ELEMENT_OTHER', ['element'], 'id of another element');
  checkParameters(template);
  checkConditions(template, element);
  checkGroups(template, element);
  checkMeasures(template, element);
  const { rho } = template.privacy;
  if (toText(parseRational(rho)) !== rho) refuse('TEMPLATE_INVALID', ['privacy', 'rho'], 'a fraction in lowest terms');
  checkKeys(template);
}

function checkParameters(template: Template): void {
  for (const [name, parameter] of Object.entries(template.parameters)) {
    const at = ['parameters', name];
    if (parameter.type === 'category' && new Set(parameter.values).size < parameter.values.length)
      refuse('TEMPLATE_INVALID', [...at, 'values'], 'value listed twice');
    if (parameter.type === 'date' && parameter.from > parameter.to)
      refuse('TEMPLATE_INVALID', [...at, 'to'], 'before from');
    if (parameter.type !== 'step') continue;
    const { from, to, by } = stepsOf(parameter);
    if (by <= 0n) refuse('TEMPLATE_INVALID', [...at, 'by'], 'steps go up');
    if (to < from || (to - from) % by !== 0n)
      refuse('TEMPLATE_INVALID', [...at, 'to'], 'not a whole number of steps from from');
  }
}

function checkKeys(template: Template): void {
  if (bindingCount(template) <= MOST_BINDINGS_DISCOVERED) return;
  const group = template.groupBy.findIndex((g) => 'keys' in g && g.keys === 'discovered');
  if (group >= 0) refuse('TEMPLATE_KEYS_MUST_BE_DECLARED', ['groupBy', group, 'keys'], 'more than 10,000 bindings');
  const top = template.measures.findIndex((m) => m.of === 'top-k' && m.keys === 'discovered');
  if (top >= 0) refuse('TEMPLATE_KEYS_MUST_BE_DECLARED', ['measures', top, 'keys'], 'more than 10,000 bindings');
}
