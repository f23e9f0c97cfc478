// Real zip codes of one real city, cut into a northern and a southern district; the people placed there are synthetic.
import { readFileSync } from 'node:fs';
import { zipCodesFile } from './files';

export interface Place {
  readonly zip: string;
  /** Degrees times 10^4, as integers. */
  readonly lat: number;
  readonly lon: number;
}

export interface City {
  readonly name: string;
  readonly north: readonly Place[];
  readonly south: readonly Place[];
}

/** The zip codes of Denver, Colorado, in order, split at the median latitude. */
export function city(file = zipCodesFile()): City {
  const places: Place[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [zip, lat, lon, name, state] = line.trim().split(',');
    if (name !== 'Denver' || state !== 'CO' || zip === undefined) continue;
    places.push({ zip, lat: Math.round(Number(lat) * 1e4), lon: Math.round(Number(lon) * 1e4) });
  }
  places.sort((a, b) => a.lat - b.lat || a.zip.localeCompare(b.zip));
  const middle = places.length >> 1;
  const byZip = (half: Place[]) => half.sort((a, b) => a.zip.localeCompare(b.zip));
  return { name: 'Denver, Colorado', south: byZip(places.slice(0, middle)), north: byZip(places.slice(middle)) };
}
