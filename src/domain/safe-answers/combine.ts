// One figure over several repositories: the noisy parts are added, and the interval says what their noises do together.
import { isObject, type Json, type JsonObject } from '../canonical';
import { Refusal } from '../refusals';
import { coverageOf } from './answer-cells';
import { figure } from './decimal';
import { countEstimate, meanEstimate, sumEstimate, type Estimate, type Noisy } from './estimates';
import { jointReach } from './joint-reach';
import type { Noise } from './mechanism';
import { parseRational, zero } from './rational';

/** Every part of a body is read through these three: a foreign shape is refused, not guessed. */
const refuse = (): never => {
  throw new Refusal('ANSWERS_DIFFER');
};
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : refuse());
const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : refuse();
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : refuse());
const whole = (value: Json | undefined): bigint =>
  typeof value === 'number' || typeof value === 'string' ? BigInt(value) : refuse();

interface Part {
  readonly cells: ReadonlyMap<string, JsonObject>;
  readonly noises: ReadonlyMap<string, Noise>;
  readonly label: JsonObject;
}

function noiseOf(written: string): Noise {
  const [of, scale] = written.split(' ');
  const value = parseRational(scale ?? '');
  return of === 'gaussian' ? { of, variance: value } : { of: 'laplace', scale: value, epsilon: zero };
}

function partOf(body: Json): Part {
  const { cells, label } = object(body);
  const read = object(label);
  const columns = list(object(read['mechanism'])['columns']).map(object);
  return {
    cells: new Map(list(cells).map((cell) => [JSON.stringify(object(cell)['key']), object(cell)])),
    noises: new Map(columns.map((c) => [text(c['column']), noiseOf(text(c['noise']))])),
    label: read,
  };
}

/** The sum of one column of one cell over all parts; undefined where any part withheld it. */
function added(parts: readonly Part[], key: string, column: string, numbers: number): Noisy | undefined {
  let at = 0n;
  for (const part of parts) {
    const value = object(part.cells.get(key)?.['noisy'])[column];
    if (value === undefined) return undefined;
    at += whole(value);
  }
  const noises = parts.map((part) => part.noises.get(column) ?? refuse());
  return { at, reach: jointReach(noises, coverageOf(numbers)) };
}

function together(
  measure: JsonObject,
  read: (column: string, numbers: number) => Noisy | undefined,
): Estimate | undefined {
  const columns = list(measure['columns']).map(text);
  const numbers = columns.map((column) => read(column, columns.length));
  const [first, second] = numbers;
  if (first === undefined || numbers.includes(undefined)) return undefined;
  switch (text(measure['of'])) {
    case 'units':
    case 'histogram':
    case 'count':
      return countEstimate(first);
    case 'sum':
      return sumEstimate({ scale: Number(measure['scale']) }, first, {
        lowest: whole(measure['lowest']),
        highest: whole(measure['highest']),
      });
    case 'mean':
      return (
        second &&
        meanEstimate({ scale: Number(measure['scale']), midpoint: whole(measure['midpoint']) }, first, second, {
          low: whole(measure['low']),
          high: whole(measure['high']),
        })
      );
    default:
      return undefined;
  }
}

const sameQuestion = (a: Part, b: Part): boolean =>
  (['template', 'element', 'binding', 'unit'] as const).every((name) => a.label[name] === b.label[name]) &&
  JSON.stringify(object(a.label['mechanism'])['measures']) ===
    JSON.stringify(object(b.label['mechanism'])['measures']) &&
  [...a.cells.keys()].join() === [...b.cells.keys()].join();

/**
 * `{cells: [{key, values: {as: {value, low, high} | null}}], parts}` over the bodies of at least one safe answer.
 * Counts, units and sums add; a mean is the added numerators over the added rows, because both are released; a variance is
 * null, and so is everything that any repository withheld. Units in two repositories count twice: the total is of holdings.
 * Refuses ANSWERS_DIFFER when template, element, binding, unit, measures or keys are not the same.
 */
export function combine(bodies: readonly Json[]): Json {
  const parts = bodies.map(partOf);
  const [first] = parts;
  if (!first || !parts.every((part) => sameQuestion(first, part))) return refuse();
  const measures = list(object(first.label['mechanism'])['measures']).map(object);
  const cells = [...first.cells].map(([key, cell]): Json => {
    const values = measures.map((measure): [string, Json] => {
      const estimate = together(measure, (column, numbers) => added(parts, key, column, numbers));
      return [text(measure['as']), estimate === undefined ? null : shown(estimate)];
    });
    return { key: cell['key'] ?? [], values: Object.fromEntries(values) };
  });
  return { cells, parts: parts.length, interval: '95 %' };
}

const shown = ({ value, low, high, scale }: Estimate): Json => ({
  value: figure(value, scale),
  low: figure(low, scale),
  high: figure(high, scale),
});
