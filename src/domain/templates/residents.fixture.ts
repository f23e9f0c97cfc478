// One element and one template that specs change field by field.
import { elementId, type DataElement } from '../elements';
import { Template } from './document';

const shared = { title: { en: 'Column', zh: '列' }, sensitivity: 'personal' } as const;

export const residents: DataElement = {
  schema: 'aggregora/element/1',
  name: 'residents',
  version: '1.0.0',
  title: { en: 'Residents', zh: '居民' },
  unit: { of: 'person', column: 'person_id' },
  columns: [
    { ...shared, name: 'person_id', type: 'text-id' },
    { ...shared, name: 'card_id', type: 'text-id' },
    { ...shared, name: 'sex', type: 'category', domain: { values: ['F', 'M'] }, title: { en: 'Sex', zh: '性别' } },
    { ...shared, name: 'age', type: 'integer', domain: { low: 0, high: 110 }, title: { en: 'Age', zh: '年龄' } },
    { ...shared, name: 'income', type: 'decimal', domain: { low: '-100.5', high: '200000', scale: 2 } },
    { ...shared, name: 'employed', type: 'boolean' },
    { ...shared, name: 'born', type: 'date', domain: { from: '1920-01-01', to: '2026-12-31' } },
    { ...shared, name: 'seen', type: 'timestamp', domain: { from: '2026-01-01', to: '2026-03-31' } },
    { ...shared, name: 'lat', type: 'decimal', domain: { low: '-90', high: '90', scale: 4 } },
    { ...shared, name: 'lon', type: 'decimal', domain: { low: '-180', high: '180', scale: 4 } },
  ],
};

const basic = {
  schema: 'aggregora/template/1',
  name: 'income-by-sex',
  version: '1.0.0',
  title: { en: 'Mean income by sex', zh: '按性别的平均收入' },
  element: elementId(residents),
  purposes: ['research'],
  parameters: { minAge: { type: 'step', from: 20, to: 80, by: 10 } },
  where: [{ column: 'age', op: '>=', parameter: 'minAge' }],
  groupBy: [{ column: 'sex', keys: 'declared' }],
  measures: [
    { as: 'people', of: 'units' },
    { as: 'income', of: 'mean', column: 'income', low: 0, high: 200000, scale: 0 },
  ],
  bounds: { groupsPerUnit: 1 },
  privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
};

/** The basic template with fields replaced. */
export const templateWith = (change: object = {}): Template => Template.parse({ ...basic, ...change });

/** The same without parameters and conditions. */
export const openTemplateWith = (change: object = {}): Template =>
  templateWith({ parameters: {}, where: [], ...change });
