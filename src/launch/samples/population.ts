// The synthetic population: residents with trips, households with energy use, callers with hotline calls. No row is a real person.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { chance, type Chance } from './chance';
import type { Place } from './places';

export const modes = ['walk', 'bike', 'bus', 'rail', 'car'] as const;
export const purposes = ['work', 'school', 'shopping', 'care', 'leisure'] as const;
export const sexes = ['female', 'male'] as const;
export const dwellings = ['flat', 'terraced', 'detached'] as const;
export const topics = ['animals', 'housing', 'noise', 'other', 'roads', 'waste', 'water'] as const;

export const tripColumns = [
  'resident_id',
  'age',
  'sex',
  'zip',
  'mode',
  'purpose',
  'minutes',
  'distance_km',
  'started_at',
  'lat',
  'lon',
];
export const energyColumns = ['household_id', 'zip', 'dwelling', 'month', 'kwh', 'solar'];
export const callColumns = ['caller_id', 'zip', 'topic', 'minutes', 'opened_at', 'lat', 'lon'];

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAYS = 181; // 2026-01-01 to 2026-06-30

const stamp = (day: number, minute: number) => new Date(FIRST_DAY + day * DAY + minute * 60_000).toISOString();
const fixed = (value: number, digits: number) => {
  const sign = value < 0 ? '-' : '';
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
};
const pick = <T>(c: Chance, list: readonly T[]): T => list[c.below(list.length)] as T;
const near = (c: Chance, degree: number) => fixed(degree + c.around(-90, 90), 4);

/** Who somebody is, in whichever repository. */
export interface Resident {
  readonly id: string;
  readonly home: Place;
  readonly age: number;
  readonly sex: (typeof sexes)[number];
}

/** Every `every`-th of the residents whose trips have this seed and prefix: whom a survey meets again. */
export function surveyed(
  seed: number,
  residents: number,
  prefix: string,
  places: readonly Place[],
  every: number,
): Resident[] {
  const met = new Map<string, Resident>();
  let [last, count] = ['', -1];
  for (const [id = '', age, sex, zip] of trips(seed, residents, prefix, places)) {
    if (id !== last) count += 1;
    last = id;
    const home = places.find((place) => place.zip === zip);
    if (count % every === 0 && home !== undefined && !met.has(id))
      met.set(id, { id, home, age: Number(age), sex: sex === 'male' ? 'male' : 'female' });
  }
  return [...met.values()];
}

/** About four trips a resident, a few heavy travellers with up to forty: rows in the order of `tripColumns`. */
export function* trips(
  seed: number,
  residents: number,
  prefix: string,
  places: readonly Place[],
  known: readonly Resident[] = [],
): Generator<readonly string[]> {
  const c = chance(seed);
  for (let r = 0; r < residents; r++) {
    const drawn = {
      id: `${prefix}${String(r + 1).padStart(6, '0')}`,
      home: pick(c, places),
      age: Math.min(99, c.around(0, 92) + c.below(8)),
      sex: pick(c, sexes),
    };
    const { id, home, age, sex } = known[r] ?? drawn;
    const heavy = c.below(200) === 0;
    const count = heavy ? 20 + c.below(21) : 1 + c.around(0, 6);
    for (let t = 0; t < count; t++) {
      const young = age < 18;
      const mode = c.weighted(young ? [34, 22, 24, 8, 12] : [18, 12, 16, 14, 40]);
      const purpose = c.weighted(young ? [2, 55, 8, 2, 33] : age > 66 ? [4, 1, 42, 18, 35] : [48, 3, 18, 8, 23]);
      const minutes = Math.max(2, c.around(1, [34, 40, 62, 70, 58][mode] as number) + c.below(6));
      const tenths = Math.max(1, Math.round((minutes * ([8, 24, 28, 50, 55][mode] as number)) / 10));
      const start = stamp(c.below(DAYS), c.weighted([1, 4, 12, 6, 7, 11, 5]) * 205 + c.below(205));
      yield [
        id,
        String(age),
        sex,
        home.zip,
        modes[mode] as string,
        purposes[purpose] as string,
        String(minutes),
        fixed(Math.min(600, tenths), 1),
        start,
        near(c, home.lat),
        near(c, home.lon),
      ];
    }
  }
}

/** One row a household and month, January to June 2026: rows in the order of `energyColumns`. */
export function* energy(seed: number, households: number, places: readonly Place[]): Generator<readonly string[]> {
  const c = chance(seed);
  for (let h = 0; h < households; h++) {
    const zip = pick(c, places).zip;
    const dwelling = c.weighted([55, 25, 20]);
    const solar = c.below(100) < ([4, 15, 24][dwelling] as number);
    const base = ([180, 290, 410][dwelling] as number) + c.around(-80, 160);
    for (let m = 0; m < 6; m++) {
      const winter = [60, 48, 20, 0, -12, 6][m] as number;
      const kwh = Math.max(12, base + winter + c.around(-40, 40) - (solar ? 40 + m * 18 : 0));
      yield [
        `H${String(h + 1).padStart(6, '0')}`,
        zip,
        dwellings[dwelling] as string,
        `2026-0${String(m + 1)}-01`,
        String(kwh),
        String(solar),
      ];
    }
  }
}

/** One row a call to the city's hotline; most callers once, some often: rows in the order of `callColumns`. */
export function* calls(seed: number, callers: number, places: readonly Place[]): Generator<readonly string[]> {
  const c = chance(seed);
  for (let p = 0; p < callers; p++) {
    const home = pick(c, places);
    const count = c.below(60) === 0 ? 6 + c.below(20) : 1 + c.weighted([70, 20, 10]);
    for (let i = 0; i < count; i++) {
      const topic = topics[c.weighted([8, 14, 30, 12, 16, 14, 6])] as string;
      yield [
        `C${String(p + 1).padStart(6, '0')}`,
        home.zip,
        topic,
        String(1 + c.around(0, 34)),
        stamp(c.below(DAYS), 420 + c.below(840)),
        near(c, home.lat),
        near(c, home.lon),
      ];
    }
  }
}

/** Writes rows as CSV with a header line; returns how many rows there are. Every value is plain text without commas or quotes. */
export async function writeCsv(
  file: string,
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
): Promise<number> {
  const out = createWriteStream(file, { mode: 0o600 });
  let chunk = `${columns.join(',')}\n`;
  let count = 0;
  for (const row of rows) {
    chunk += `${row.join(',')}\n`;
    count += 1;
    if (chunk.length < 1 << 20) continue;
    if (!out.write(chunk)) await once(out, 'drain');
    chunk = '';
  }
  out.end(chunk);
  await once(out, 'finish');
  return count;
}
