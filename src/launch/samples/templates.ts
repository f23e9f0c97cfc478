// The questions of the sample exchange: documents that reviewers sign and owners adopt.
import type { DataElement } from '../../domain/elements';
import { elementId } from '../../domain/elements';
import { Template } from '../../domain/templates';

const planning = ['urban-planning', 'research', 'official-statistics'] as const;
const careful = { mechanism: 'gaussian', rho: '1/200', minUnits: 10 } as const;

/** How do people travel, by means of transport? Answered alike by both districts. */
export const tripsByMode = (trips: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'trips-by-mode',
    version: '1.0.0',
    title: { en: 'People and trips by means of transport', zh: '按交通方式统计的人数与出行次数' },
    element: elementId(trips),
    purposes: [...planning],
    parameters: {
      minAge: { type: 'step', from: 0, to: 90, by: 10, optional: true, title: { en: 'Age from', zh: '最低年龄' } },
      purpose: {
        type: 'category',
        values: ['work', 'school', 'shopping', 'care', 'leisure'],
        optional: true,
        title: { en: 'Purpose of the trip', zh: '出行目的' },
      },
    },
    where: [
      { column: 'age', op: '>=', parameter: 'minAge' },
      { column: 'purpose', op: '=', parameter: 'purpose' },
    ],
    groupBy: [{ column: 'mode', keys: 'declared' }],
    measures: [
      { as: 'people', of: 'units' },
      { as: 'trips', of: 'count' },
    ],
    bounds: { groupsPerUnit: 3, rowsPerUnit: 4 },
    privacy: careful,
  });

/** How long are people on the way? */
export const minutesByPurpose = (trips: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'minutes-by-purpose',
    version: '1.0.0',
    title: { en: 'Mean minutes on the way by purpose', zh: '按出行目的统计的平均用时' },
    element: elementId(trips),
    purposes: [...planning],
    parameters: {
      mode: {
        type: 'category',
        values: ['walk', 'bike', 'bus', 'rail', 'car'],
        optional: true,
        title: { en: 'Means of transport', zh: '交通方式' },
      },
    },
    where: [{ column: 'mode', op: '=', parameter: 'mode' }],
    groupBy: [{ column: 'purpose', keys: 'declared' }],
    measures: [
      { as: 'people', of: 'units' },
      { as: 'minutes', of: 'mean', column: 'minutes', low: 0, high: 120, scale: 0 },
    ],
    bounds: { groupsPerUnit: 2 },
    privacy: careful,
  });

/** How many residents are in both of two repositories? Two of them answer it together, and neither learns who. */
export const residentsInBoth = (trips: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'residents-in-both',
    version: '1.0.0',
    title: { en: 'Residents in both of two repositories', zh: '两个数据仓库共有的居民数' },
    element: elementId(trips),
    purposes: [...planning],
    parameters: {
      minAge: { type: 'step', from: 0, to: 90, by: 10, title: { en: 'Age from', zh: '最低年龄' } },
    },
    where: [{ column: 'age', op: '>=', parameter: 'minAge' }],
    groupBy: [],
    measures: [{ as: 'both', of: 'overlap', capacity: 4_096 }],
    bounds: { groupsPerUnit: 1 },
    privacy: careful,
  });

export const wageByGender = (wages: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'wage-by-gender',
    version: '1.0.0',
    title: { en: 'Mean hourly wage by gender', zh: '按性别统计的平均时薪' },
    element: elementId(wages),
    purposes: [...planning],
    parameters: {
      minEducation: {
        type: 'step',
        from: 0,
        to: 16,
        by: 4,
        optional: true,
        title: { en: 'Years of education from', zh: '最低受教育年数' },
      },
    },
    where: [{ column: 'education', op: '>=', parameter: 'minEducation' }],
    groupBy: [{ column: 'gender', keys: 'declared' }],
    measures: [
      { as: 'people', of: 'units' },
      { as: 'wage', of: 'mean', column: 'wage', low: 0, high: 30, scale: 2 },
    ],
    bounds: { groupsPerUnit: 1 },
    privacy: { mechanism: 'gaussian', rho: '1/200', minUnits: 10 },
  });

export const flightDelays = (flights: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'flight-delays',
    version: '1.0.0',
    title: { en: 'Flights by minutes of delay', zh: '按延误分钟统计的航班数' },
    element: elementId(flights),
    purposes: [...planning, 'operations'],
    parameters: {
      origin: {
        type: 'category',
        values: ['ATL', 'DEN', 'DFW', 'LAX', 'ORD', 'PHX', 'SEA', 'SFO'],
        optional: true,
        title: { en: 'Airport', zh: '机场' },
      },
    },
    where: [{ column: 'origin', op: '=', parameter: 'origin' }],
    groupBy: [],
    measures: [{ as: 'flights', of: 'histogram', column: 'delay', edges: [-60, -15, 0, 15, 30, 60, 120, 240] }],
    bounds: { groupsPerUnit: 1 },
    privacy: careful,
  });

export const energyByDwelling = (energy: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'energy-by-dwelling',
    version: '1.0.0',
    title: { en: 'Mean electricity use by kind of dwelling', zh: '按住房类型统计的平均用电量' },
    element: elementId(energy),
    purposes: [...planning],
    parameters: {
      month: { type: 'date', from: '2026-01-01', to: '2026-06-30', title: { en: 'Month', zh: '月份' } },
      solar: { type: 'boolean', optional: true, title: { en: 'With solar panels', zh: '有太阳能板' } },
    },
    where: [
      { column: 'month', op: '=', parameter: 'month' },
      { column: 'solar', op: '=', parameter: 'solar' },
    ],
    groupBy: [{ column: 'dwelling', keys: 'declared' }],
    measures: [
      { as: 'households', of: 'units' },
      { as: 'kwh', of: 'mean', column: 'kwh', low: 0, high: 1000, scale: 0 },
    ],
    bounds: { groupsPerUnit: 1 },
    privacy: careful,
  });

export const callsByTopic = (calls: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'calls-by-topic',
    version: '1.0.0',
    title: { en: 'Callers by topic', zh: '按主题统计的来电人数' },
    element: elementId(calls),
    purposes: [...planning, 'operations'],
    parameters: {},
    where: [],
    groupBy: [{ column: 'topic', keys: 'declared' }],
    measures: [
      { as: 'callers', of: 'units' },
      { as: 'calls', of: 'count' },
    ],
    bounds: { groupsPerUnit: 2, rowsPerUnit: 3 },
    privacy: careful,
  });

export const rainyDays = (weather: DataElement) =>
  Template.parse({
    schema: 'aggregora/template/1',
    name: 'days-by-weather',
    version: '1.0.0',
    title: { en: 'Days by weather', zh: '按天气统计的天数' },
    element: elementId(weather),
    purposes: [...planning],
    parameters: {},
    where: [],
    groupBy: [{ column: 'weather', keys: 'declared' }],
    measures: [
      { as: 'days', of: 'units' },
      { as: 'warmest', of: 'mean', column: 'temp_max', low: -10, high: 40, scale: 1 },
    ],
    bounds: { groupsPerUnit: 1 },
    privacy: careful,
  });
