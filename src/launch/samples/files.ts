// Where the data that packages ship lie on disk: found by walking up from here, because the packages do not export their data files.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function shipped(path: string): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', path);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) throw new Error(`Not installed: ${path}. Run npm install.`);
  }
}

/** 42,000 US zip codes with place names. */
export const zipCodesFile = () => shipped('vega-datasets/data/zipcodes.csv');
/** 3,000,000 US domestic flights, 2001. */
export const flightsFile = () => shipped('vega-datasets/data/flights-3m.parquet');
/** 1,461 days of Seattle weather, 2012 to 2015. */
export const weatherFile = () => shipped('vega-datasets/data/seattle-weather.csv');
/** 534 people of the US Current Population Survey of 1985 (Berndt). */
export const wagesFile = () => shipped('@stdlib/datasets-berndt-cps-wages-1985/data/data.csv');
