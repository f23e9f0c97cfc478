// The data elements of the sample city and of the data that packages ship.
import { DataElement } from '../../domain/elements';
import type { City } from './places';
import { dwellings, modes, purposes, sexes, topics } from './population';

const personal = { sensitivity: 'personal' } as const;
const open = { sensitivity: 'open' } as const;
const halfYear = { from: '2026-01-01', to: '2026-06-30' };
const zipsOf = (city: City) => [...city.north, ...city.south].map(({ zip }) => zip).sort();
const near = (city: City, axis: 'lat' | 'lon') => {
  const degrees = [...city.north, ...city.south].map((place) => place[axis]);
  const text = (tenThousandths: number) => String(tenThousandths / 10_000);
  return { low: text(Math.min(...degrees) - 1_000), high: text(Math.max(...degrees) + 1_000), scale: 4 };
};

/** Trips of residents. Two districts offer this very element, so one question can be put to both. */
export const tripsElement = (city: City) =>
  DataElement.parse({
    schema: 'aggregora/element/1',
    name: 'resident-trips',
    version: '1.0.0',
    title: { en: 'Trips of residents', zh: '居民出行' },
    unit: { of: 'person', column: 'resident_id' },
    columns: [
      { name: 'resident_id', type: 'text-id', title: { en: 'Resident', zh: '居民' }, ...personal },
      {
        name: 'age',
        type: 'integer',
        domain: { low: 0, high: 110 },
        unit: 'years',
        title: { en: 'Age', zh: '年龄' },
        ...personal,
      },
      { name: 'sex', type: 'category', domain: { values: [...sexes] }, title: { en: 'Sex', zh: '性别' }, ...personal },
      {
        name: 'zip',
        type: 'category',
        domain: { values: zipsOf(city) },
        title: { en: 'Home zip code', zh: '居住地邮编' },
        ...personal,
      },
      {
        name: 'mode',
        type: 'category',
        domain: { values: [...modes] },
        title: { en: 'Means of transport', zh: '交通方式' },
        ...personal,
      },
      {
        name: 'purpose',
        type: 'category',
        domain: { values: [...purposes] },
        title: { en: 'Purpose', zh: '出行目的' },
        ...personal,
      },
      {
        name: 'minutes',
        type: 'integer',
        domain: { low: 0, high: 180 },
        unit: 'min',
        title: { en: 'Minutes on the way', zh: '用时（分钟）' },
        ...personal,
      },
      {
        name: 'distance_km',
        type: 'decimal',
        domain: { low: 0, high: 60, scale: 1 },
        unit: 'km',
        title: { en: 'Distance', zh: '距离' },
        ...personal,
      },
      { name: 'started_at', type: 'timestamp', domain: halfYear, title: { en: 'Start', zh: '出发时间' }, ...personal },
      {
        name: 'lat',
        type: 'decimal',
        domain: near(city, 'lat'),
        title: { en: 'Latitude of the start', zh: '起点纬度' },
        ...personal,
      },
      {
        name: 'lon',
        type: 'decimal',
        domain: near(city, 'lon'),
        title: { en: 'Longitude of the start', zh: '起点经度' },
        ...personal,
      },
    ],
  });

export const energyElement = (city: City) =>
  DataElement.parse({
    schema: 'aggregora/element/1',
    name: 'household-energy',
    version: '1.0.0',
    title: { en: 'Electricity use of households', zh: '家庭用电' },
    unit: { of: 'household', column: 'household_id' },
    columns: [
      { name: 'household_id', type: 'text-id', title: { en: 'Household', zh: '家庭' }, ...personal },
      {
        name: 'zip',
        type: 'category',
        domain: { values: zipsOf(city) },
        title: { en: 'Zip code', zh: '邮编' },
        ...personal,
      },
      {
        name: 'dwelling',
        type: 'category',
        domain: { values: [...dwellings] },
        title: { en: 'Kind of dwelling', zh: '住房类型' },
        ...personal,
      },
      { name: 'month', type: 'date', domain: halfYear, title: { en: 'Month', zh: '月份' }, ...personal },
      {
        name: 'kwh',
        type: 'integer',
        domain: { low: 0, high: 1500 },
        unit: 'kWh',
        title: { en: 'Use in the month', zh: '月用电量' },
        ...personal,
      },
      { name: 'solar', type: 'boolean', title: { en: 'Has solar panels', zh: '有太阳能板' }, ...personal },
    ],
  });

export const callsElement = (city: City) =>
  DataElement.parse({
    schema: 'aggregora/element/1',
    name: 'hotline-calls',
    version: '1.0.0',
    title: { en: 'Calls to the city hotline', zh: '市民热线来电' },
    unit: { of: 'person', column: 'caller_id' },
    columns: [
      { name: 'caller_id', type: 'text-id', title: { en: 'Caller', zh: '来电人' }, ...personal },
      {
        name: 'zip',
        type: 'category',
        domain: { values: zipsOf(city) },
        title: { en: 'Zip code', zh: '邮编' },
        ...personal,
      },
      {
        name: 'topic',
        type: 'category',
        domain: { values: [...topics] },
        title: { en: 'Topic', zh: '主题' },
        ...personal,
      },
      {
        name: 'minutes',
        type: 'integer',
        domain: { low: 0, high: 120 },
        unit: 'min',
        title: { en: 'Length of the call', zh: '通话时长' },
        ...personal,
      },
      {
        name: 'opened_at',
        type: 'timestamp',
        domain: halfYear,
        title: { en: 'Time of the call', zh: '来电时间' },
        ...personal,
      },
    ],
  });

/** 534 real people of the US Current Population Survey of 1985 (Berndt). */
export const wagesElement = DataElement.parse({
  schema: 'aggregora/element/1',
  name: 'cps-1985-wages',
  version: '1.0.0',
  title: { en: 'Wages in the Current Population Survey 1985', zh: '1985 年当前人口调查工资' },
  unit: { of: 'person', column: 'person' },
  columns: [
    { name: 'person', type: 'text-id', title: { en: 'Person', zh: '个人' }, ...personal },
    {
      name: 'gender',
      type: 'category',
      domain: { values: ['female', 'male'] },
      title: { en: 'Gender', zh: '性别' },
      ...personal,
    },
    {
      name: 'age',
      type: 'integer',
      domain: { low: 15, high: 70 },
      unit: 'years',
      title: { en: 'Age', zh: '年龄' },
      ...personal,
    },
    {
      name: 'education',
      type: 'integer',
      domain: { low: 0, high: 20 },
      unit: 'years',
      title: { en: 'Years of education', zh: '受教育年数' },
      ...personal,
    },
    {
      name: 'wage',
      type: 'decimal',
      domain: { low: 0, high: 50, scale: 2 },
      unit: 'US$/h',
      title: { en: 'Hourly wage', zh: '时薪' },
      ...personal,
    },
    {
      name: 'sector',
      type: 'category',
      domain: { values: ['construction', 'manufacturing', 'other'] },
      title: { en: 'Sector', zh: '行业' },
      ...personal,
    },
  ],
});

/** 3,000,000 real US domestic flights of early 2001. */
export const flightsElement = DataElement.parse({
  schema: 'aggregora/element/1',
  name: 'us-flights',
  version: '1.0.0',
  title: { en: 'US domestic flights', zh: '美国国内航班' },
  unit: { of: 'event', column: 'flight' },
  columns: [
    { name: 'flight', type: 'text-id', title: { en: 'Flight', zh: '航班' }, ...open },
    {
      name: 'departed_at',
      type: 'timestamp',
      domain: { from: '2001-01-01', to: '2001-12-31' },
      title: { en: 'Departure', zh: '起飞时间' },
      ...open,
    },
    {
      name: 'delay',
      type: 'integer',
      domain: { low: -120, high: 600 },
      unit: 'min',
      title: { en: 'Delay', zh: '延误' },
      ...open,
    },
    {
      name: 'distance',
      type: 'integer',
      domain: { low: 0, high: 5000 },
      unit: 'mi',
      title: { en: 'Distance', zh: '航程' },
      ...open,
    },
    {
      name: 'origin',
      type: 'category',
      domain: { values: ['ATL', 'DEN', 'DFW', 'LAX', 'ORD', 'PHX', 'SEA', 'SFO'] },
      title: { en: 'From', zh: '出发机场' },
      ...open,
    },
  ],
});

export const weatherElement = DataElement.parse({
  schema: 'aggregora/element/1',
  name: 'city-weather',
  version: '1.0.0',
  title: { en: 'Daily weather', zh: '每日天气' },
  unit: { of: 'event', column: 'day' },
  columns: [
    { name: 'day', type: 'text-id', title: { en: 'Day', zh: '日' }, ...open },
    {
      name: 'date',
      type: 'date',
      domain: { from: '2012-01-01', to: '2015-12-31' },
      title: { en: 'Date', zh: '日期' },
      ...open,
    },
    {
      name: 'temp_max',
      type: 'decimal',
      domain: { low: -30, high: 50, scale: 1 },
      unit: '°C',
      title: { en: 'Highest temperature', zh: '最高气温' },
      ...open,
    },
    {
      name: 'precipitation',
      type: 'decimal',
      domain: { low: 0, high: 100, scale: 1 },
      unit: 'mm',
      title: { en: 'Precipitation', zh: '降水量' },
      ...open,
    },
    {
      name: 'weather',
      type: 'category',
      domain: { values: ['drizzle', 'fog', 'rain', 'snow', 'sun'] },
      title: { en: 'Weather', zh: '天气' },
      ...open,
    },
  ],
});
