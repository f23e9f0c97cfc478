// The smallest end-to-end promise: document to plan to safe answer.
import { elementId, type DataElement } from '../elements';
import { SafeAnswer, declaredKeys } from '../safe-answers';
import { bind, checkTemplate, plan, Template } from '.';

const title = { en: 'X', zh: '某' };
const element: DataElement = {
  schema: 'aggregora/element/1', name: 'residents', version: '1.0.0', title, unit: { of: 'person', column: 'person_id' },
  columns: [
    { name: 'person_id', type: 'text-id', title, sensitivity: 'personal' },
    { name: 'sex', type: 'category', domain: { values: ['F', 'M'] }, title, sensitivity: 'personal' },
    { name: 'age', type: 'integer', domain: { low: 0, high: 110 }, title, sensitivity: 'personal' },
    { name: 'income', type: 'decimal', domain: { low: '0', high: '200000', scale: 2 }, title, sensitivity: 'sensitive' },
  ],
};
const template = Template.parse({
  schema: 'aggregora/template/1', name: 'mean-income', version: '1.0.0', title, element: elementId(element), purposes: ['research'],
  parameters: { minAge: { type: 'step', from: 20, to: 80, by: 10, optional: true } },
  where: [{ column: 'age', op: '>=', parameter: 'minAge' }],
  groupBy: [{ column: 'sex', keys: 'declared' }],
  measures: [{ as: 'people', of: 'units' }, { as: 'income', of: 'mean', column: 'income', low: 0, high: 200000, scale: 0 }],
  bounds: { groupsPerUnit: 1 }, privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
});

test('a plan made here is one that safe answers can release', () => {
  checkTemplate(template, element);
  const made = plan(template, element, bind(template, element, { minAge: 30 }));
  expect(declaredKeys(made)).toEqual([['F'], ['M']]);
  const answer = SafeAnswer.release(made, [], (n) => new Uint8Array(n).fill(7), { dataVersion: 'v', cap: '1/8', delta: '1/1000000', loosened: [], synthetic: true });
  expect(SafeAnswer.is(answer)).toBe(true);
});
