// Who owns what in the sample exchange: three owners, their files and tables, and the metadata people search.
import { join } from 'node:path';
import type { JsonObject } from '../../domain/canonical';
import type { DataElement, Metadata } from '../../domain/elements';
import type { Template } from '../../domain/templates';
import { callsElement, energyElement, flightsElement, tripsElement, wagesElement, weatherElement } from './elements';
import { flightsFile, wagesFile, weatherFile } from './files';
import type { City, Place } from './places';
import {
  callsByTopic,
  energyByDwelling,
  flightDelays,
  minutesByPurpose,
  rainyDays,
  residentsInBoth,
  tripsByMode,
  wageByGender,
} from './templates';

export interface Offer {
  readonly owner: string;
  readonly id: string;
  readonly element: DataElement;
  readonly metadata: Metadata;
  /** As the owner's data end takes it: kind, place, and which column is called what. */
  readonly source: JsonObject;
  readonly templates: readonly Template[];
}

export const owners = ['north-district', 'south-district', 'statistics-bureau'] as const;

/** Files that `prepare` writes below this folder. */
export const generated = (folder: string) => ({
  northTrips: join(folder, 'north-trips.csv'),
  bureauTrips: join(folder, 'bureau-trips.csv'),
  energy: join(folder, 'household-energy.csv'),
  southUrl: join(folder, 'south-database.url'),
  /** Where data ends keep their loaded copies, so that a restart need not load again. */
  kept: join(folder, 'kept'),
});

const itself = (element: DataElement) => Object.fromEntries(element.columns.map(({ name }) => [name, name]));
const box = (places: readonly Place[]): [string, string, string, string] => {
  const text = (degrees: number) => String(degrees / 10_000);
  const [lats, lons] = [places.map(({ lat }) => lat), places.map(({ lon }) => lon)];
  return [text(Math.min(...lons)), text(Math.min(...lats)), text(Math.max(...lons)), text(Math.max(...lats))];
};

const base = { schema: 'aggregora/repository/1', rhythm: 'P1M' } as const;
const halfYear = { from: '2026-01-01', to: '2026-06-30' };
const counts: Metadata['operations'] = ['units', 'count', 'mean', 'sum', 'histogram'];
const invented = {
  en: 'Synthetic: no row is a real person. Seeded residents on real zip codes.',
  zh: '合成数据：没有任何一行对应真实个人。居民由种子生成，分布在真实邮编上。',
};

export function offers(city: City, folder: string): readonly Offer[] {
  const [trips, energy, calls] = [tripsElement(city), energyElement(city), callsElement(city)];
  const files = generated(folder);
  const south = { kind: 'postgres', urlFile: files.southUrl, version: '2026-07' } as const;
  const district = (en: string, zh: string, places: readonly Place[]): Metadata => ({
    ...base,
    title: { en: `Trips of residents, ${en} (synthetic)`, zh: `居民出行，${zh}（合成）` },
    description: invented,
    theme: 'transport',
    place: { name: `${city.name}, ${en}`, bbox: box(places), zips: places.map(({ zip }) => zip) },
    time: halfYear,
    size: '1e5-1e6',
    operations: counts,
    licence: 'CC0-1.0',
    synthetic: true,
  });
  const tripTemplates = [tripsByMode(trips), minutesByPurpose(trips), residentsInBoth(trips)];
  return [
    {
      owner: 'north-district',
      id: 'north-trips',
      element: trips,
      metadata: district('northern district', '北区', city.north),
      source: { kind: 'csv', file: files.northTrips, folder: files.kept, columns: itself(trips) },
      templates: tripTemplates,
    },
    {
      owner: 'south-district',
      id: 'south-trips',
      element: trips,
      metadata: district('southern district', '南区', city.south),
      source: { ...south, table: 'trips', columns: itself(trips) },
      templates: tripTemplates,
    },
    {
      owner: 'south-district',
      id: 'south-calls',
      element: calls,
      metadata: {
        ...base,
        title: { en: 'Calls to the city hotline, southern district (synthetic)', zh: '市民热线来电，南区（合成）' },
        description: invented,
        theme: 'citizen-services',
        place: {
          name: `${city.name}, southern district`,
          bbox: box(city.south),
          zips: city.south.map(({ zip }) => zip),
        },
        time: halfYear,
        size: '1e4-1e5',
        operations: counts,
        licence: 'CC0-1.0',
        synthetic: true,
      },
      source: { ...south, table: 'calls', columns: itself(calls) },
      templates: [callsByTopic(calls)],
    },
    {
      owner: 'statistics-bureau',
      id: 'bureau-trips',
      element: trips,
      metadata: {
        ...district('survey of the whole city', '全市调查', [...city.north, ...city.south]),
        size: '1e4-1e5',
      },
      source: { kind: 'csv', file: files.bureauTrips, folder: files.kept, columns: itself(trips) },
      templates: tripTemplates,
    },
    {
      owner: 'statistics-bureau',
      id: 'household-energy',
      element: energy,
      metadata: {
        ...base,
        title: { en: 'Electricity use of households (synthetic)', zh: '家庭用电（合成）' },
        description: invented,
        theme: 'energy',
        place: { name: city.name },
        time: halfYear,
        size: '1e5-1e6',
        operations: counts,
        licence: 'CC0-1.0',
        synthetic: true,
      },
      source: { kind: 'csv', file: files.energy, folder: files.kept, columns: itself(energy) },
      templates: [energyByDwelling(energy)],
    },
    {
      owner: 'statistics-bureau',
      id: 'cps-1985',
      element: wagesElement,
      metadata: {
        ...base,
        rhythm: 'once',
        title: { en: 'Wages, Current Population Survey 1985', zh: '1985 年当前人口调查：工资' },
        description: { en: '534 real people of a US survey (Berndt).', zh: '美国调查中的 534 名真实个人（Berndt）。' },
        theme: 'economy',
        place: { name: 'United States' },
        time: { from: '1985-01-01', to: '1985-12-31' },
        size: '1e2-1e3',
        operations: counts,
        licence: 'public domain',
        synthetic: false,
      },
      source: {
        kind: 'csv',
        file: wagesFile(),
        columns: {
          person: '#row',
          gender: 'gender',
          age: 'age',
          education: 'education',
          wage: 'wage',
          sector: 'sector',
        },
      },
      templates: [wageByGender(wagesElement)],
    },
    {
      owner: 'statistics-bureau',
      id: 'us-flights',
      element: flightsElement,
      metadata: {
        ...base,
        rhythm: 'once',
        title: { en: 'US domestic flights 2001', zh: '2001 年美国国内航班' },
        description: { en: 'Three million real flights.', zh: '三百万次真实航班。' },
        theme: 'transport',
        place: { name: 'United States' },
        time: { from: '2001-01-01', to: '2001-12-31' },
        size: '1e6-1e7',
        operations: counts,
        licence: 'public domain',
        synthetic: false,
      },
      source: {
        kind: 'parquet',
        file: flightsFile(),
        folder: files.kept,
        columns: { flight: '#row', departed_at: 'date', delay: 'delay', distance: 'distance', origin: 'origin' },
      },
      templates: [flightDelays(flightsElement)],
    },
    {
      owner: 'statistics-bureau',
      id: 'seattle-weather',
      element: weatherElement,
      metadata: {
        ...base,
        rhythm: 'once',
        title: { en: 'Daily weather in Seattle', zh: '西雅图每日天气' },
        description: { en: '1,461 real days.', zh: '1461 个真实日。' },
        theme: 'environment',
        place: { name: 'Seattle, Washington' },
        time: { from: '2012-01-01', to: '2015-12-31' },
        size: '1e3-1e4',
        operations: counts,
        licence: 'public domain',
        synthetic: false,
      },
      source: {
        kind: 'csv',
        file: weatherFile(),
        columns: {
          day: '#row',
          date: 'date',
          temp_max: 'temp_max',
          precipitation: 'precipitation',
          weather: 'weather',
        },
      },
      templates: [rainyDays(weatherElement)],
    },
  ];
}
