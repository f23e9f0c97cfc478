// Measures: bounds that lie inside the element's, and the integer aggregates each measure is made of.
import type { Json } from '../canonical';
import { boundsOf, toScaled, type DataElement } from '../elements';
import { floorDiv } from '../safe-answers';
import type { Measure, Template, Variable } from './document';
import { inDomain } from './conditions';
import { numeric, readable, refuse, scaleOf, type Path } from './faults';
import { bandOf } from './groups';
import { logisticRound, LOGISTIC_ROOM, sampleRounds, wholeRows, type Logistic } from './logistic';
import type { Factor, Moments, SumsAggregate, SumsMeasure } from './plan';

type Bounded = Pick<Variable, 'column' | 'low' | 'high' | 'scale'>;
type Sum = Extract<SumsAggregate, { of: 'sum' }>;

/** No repository holds more units; with it the declared bounds prove that no 64-bit sum can overflow. */
export const MOST_UNITS = 2n ** 40n;
const ROOM = 2n ** 62n;

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const size = (n: bigint): bigint => (n < 0n ? -n : n);

/** Refuses TEMPLATE_MEASURE_CONFLICT, _COLUMN_UNKNOWN, _UNIT_NOT_COMPARABLE, _TYPE_UNFIT, _BOUNDS_UNFIT, _OVERFLOW_POSSIBLE. */
export function checkMeasures(template: Template, element: DataElement): void {
  const { measures } = template;
  const alone = measures.findIndex(({ of }) => of === 'histogram');
  if (alone >= 0 && measures.length > 1)
    refuse('TEMPLATE_MEASURE_CONFLICT', ['measures', alone], 'a histogram stands alone');
  const both = measures.findIndex(({ of }) => of === 'overlap');
  if (both >= 0 && (measures.length > 1 || template.groupBy.length > 0))
    refuse('TEMPLATE_MEASURE_CONFLICT', ['measures', both], 'an overlap stands alone, without groups');
  measures.forEach((measure, i) => {
    if (measure.of === 'top-k') return;
    if ('column' in measure) numeric(element, measure.column, ['measures', i, 'column']);
  });
  const planned = { ...template, measures: measures.filter(isPlanned) };
  const place = (measure: Measure): number => measures.indexOf(measure);
  const aggregates = sampleRounds(template).flatMap(
    (parameters) => measuresOf(planned, element, parameters, place).aggregates,
  );
  for (const { aggregate, at } of aggregates) {
    const widest = aggregate.of === 'rows' ? aggregate.perUnit : most(size(aggregate.lowest), size(aggregate.highest));
    const reach = widest * BigInt(template.bounds.groupsPerUnit) * MOST_UNITS;
    if (reach >= (aggregate.of === 'link' ? LOGISTIC_ROOM : ROOM))
      refuse('TEMPLATE_OVERFLOW_POSSIBLE', at, 'bound × groupsPerUnit × 2^40 units must stay below 2^62');
  }
}

const isPlanned = (measure: Measure): boolean => measure.of !== 'quantile' && measure.of !== 'top-k';

/** Measures that one repository alone never answers. */
export const onlySums = (measure: Measure): boolean =>
  measure.of === 'quantile' ||
  measure.of === 'correlation' ||
  measure.of === 'regression' ||
  measure.of === 'logistic' ||
  measure.of === 'overlap';

interface Placed {
  readonly aggregate: SumsAggregate;
  readonly at: Path;
}

interface Measured {
  readonly aggregates: readonly Placed[];
  readonly measures: readonly SumsMeasure[];
}

/** The planned measures and their aggregates; equal aggregates are computed, and noised, once. Refuses MEASURE_NOT_OFFERED. */
export function measuresOf(
  template: Template,
  element: DataElement,
  parameters: Readonly<Record<string, Json>>,
  place: (measure: Measure) => number = (measure) => template.measures.indexOf(measure),
): Measured {
  const aggregates: Placed[] = [];
  const perUnit = BigInt(template.bounds.rowsPerUnit ?? 1);
  const moments = (factors: readonly Factor[], index: (aggregate: SumsAggregate) => number): Moments => {
    const whole = wholeRows(factors);
    const moment = (...parts: readonly Factor[]): number =>
      index({ of: 'moment', factors: parts, ...whole, ...clipOf(parts, perUnit) });
    return {
      variables: factors,
      rows: moment(),
      sums: factors.map((factor) => moment(factor)),
      products: factors.flatMap((a, first) => factors.slice(first).map((b) => moment(a, b))),
    };
  };
  const measures = template.measures.map((measure): SumsMeasure => {
    const at = ['measures', place(measure)];
    const index = (aggregate: SumsAggregate): number => {
      const same = aggregates.findIndex((known) => spelled(known.aggregate) === spelled(aggregate));
      return same >= 0 ? same : aggregates.push({ aggregate, at }) - 1;
    };
    switch (measure.of) {
      case 'units':
      case 'histogram':
        return { as: measure.as, of: measure.of };
      case 'count':
        return { as: measure.as, of: 'count', rows: index({ of: 'rows', perUnit }) };
      case 'sum':
        return {
          as: measure.as,
          of: 'sum',
          total: index(plainSum(measure, element, at, perUnit)),
          scale: measure.scale,
        };
      case 'mean': {
        const total = centred(measure, element, at, perUnit);
        const rows: SumsAggregate = { of: 'rows', perUnit, column: measure.column };
        return {
          as: measure.as,
          of: 'mean',
          total: index(total),
          rows: index(rows),
          scale: measure.scale,
          midpoint: total.offset,
        };
      }
      case 'variance': {
        const total = centred(measure, element, at, perUnit);
        const halfWidth = most(total.offset - total.low, total.high - total.offset);
        const squares: SumsAggregate = { ...total, power: 2, lowest: 0n, highest: perUnit * halfWidth * halfWidth };
        const rows: SumsAggregate = { of: 'rows', perUnit, column: measure.column };
        const parts = { total: index(total), squares: index(squares), rows: index(rows) };
        return { as: measure.as, of: 'variance', ...parts, scale: measure.scale, halfWidth };
      }
      case 'quantile': {
        const [num = '1', den = '2'] = measure.quantile.split('/');
        const band = bandOf(measure.column, measure.candidates, element, at, 'candidates');
        if (band.of !== 'band' || BigInt(num) >= BigInt(den))
          return refuse('TEMPLATE_VALUE_UNFIT', [...at, 'quantile'], 'a fraction below one');
        const quantile = { num: BigInt(num), den: BigInt(den) };
        return { as: measure.as, of: 'quantile', quantile, scale: band.scale, edges: band.edges };
      }
      case 'correlation':
        return { as: measure.as, of: 'correlation', moments: moments(factorsOf(measure.between, element, at), index) };
      case 'regression':
        return {
          as: measure.as,
          of: 'regression',
          moments: moments(factorsOf([measure.target, ...measure.on], element, at), index),
        };
      case 'overlap':
        return { as: measure.as, of: 'overlap', capacity: measure.capacity };
      case 'logistic': {
        const target = targetOf(measure.target, element, [...at, 'target']);
        if (template.measures.length > 1 || template.groupBy.length > 0)
          return refuse('TEMPLATE_MEASURE_CONFLICT', at, 'a logistic fit stands alone and ungrouped');
        const variables = factorsOf(measure.on, element, at);
        const asked = logisticRound(template, measure, target, variables, parameters, at);
        if (asked.round !== 'start') {
          const shown = { as: measure.as, of: 'logistic', round: asked.round } as const;
          return { ...shown, variables, links: asked.aggregates.map(index) };
        }
        const read = moments([target, ...variables], index);
        // Of zeros and ones Σy² is Σy: one sum less to noise.
        const products = [read.sums[0] ?? 0, ...read.products.slice(1)];
        return { as: measure.as, of: 'logistic', round: 'start', moments: { ...read, products } };
      }
      case 'top-k':
        return refuse('MEASURE_NOT_OFFERED', at, measure.of);
    }
  });
  return { aggregates, measures };
}

const spelled = (aggregate: SumsAggregate): string =>
  JSON.stringify(
    Object.entries(aggregate).sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );

function factorsOf(variables: readonly Variable[], element: DataElement, at: Path): readonly Factor[] {
  if (new Set(variables.map(({ column }) => column)).size < variables.length)
    refuse('TEMPLATE_MEASURE_CONFLICT', at, 'a variable is named twice');
  return variables.map((variable) => factorOf(variable, element, at));
}

/** A column of zeros and ones, or a test that makes one. */
function targetOf(target: Logistic['target'], element: DataElement, at: Path): Factor {
  const bit = { scale: 0, low: 0n, high: 1n, offset: 0n };
  if (typeof target === 'string') {
    const bounds = boundsOf(numeric(element, target, at));
    if (bounds?.low !== 0n || bounds.high !== 1n || bounds.scale !== 0)
      return refuse('TEMPLATE_TYPE_UNFIT', at, 'needs an integer column from 0 to 1, or a value that a column is');
    return { column: target, ...bit };
  }
  const column = readable(element, target.column, [...at, 'column']);
  if (column.type !== 'category' && column.type !== 'boolean')
    return refuse('TEMPLATE_TYPE_UNFIT', [...at, 'column'], 'needs a category or boolean column');
  if (!inDomain(column, target.is))
    return refuse('TEMPLATE_VALUE_UNFIT', [...at, 'is'], 'not in the domain of the column');
  return { column: target.column, ...bit, is: target.is };
}

function factorOf(variable: Variable, element: DataElement, at: Path): Factor {
  const { low, high } = boundsWithin(variable, element, at);
  return { column: variable.column, scale: variable.scale, low, high, offset: floorDiv(low + high, 2n) };
}

/** The most that `perUnit` rows of one unit can make of a product of centred factors. */
function clipOf(factors: readonly Factor[], perUnit: bigint): { lowest: bigint; highest: bigint } {
  const corners = factors.reduce<readonly bigint[]>(
    (products, { low, high, offset }) => products.flatMap((one) => [one * (low - offset), one * (high - offset)]),
    [1n],
  );
  const [a, b] = factors;
  const square = factors.length === 2 && a?.column === b?.column;
  const lowest = square ? 0n : corners.reduce(least);
  return { lowest: perUnit * (lowest < 0n ? lowest : 0n), highest: perUnit * corners.reduce(most, 0n) };
}

// Zero is inside the clip: a row without a number adds nothing.
function plainSum(measure: Bounded, element: DataElement, at: Path, perUnit: bigint): Sum {
  const { low, high } = boundsWithin(measure, element, at);
  const clip = { lowest: least(0n, perUnit * low), highest: most(0n, perUnit * high) };
  return { of: 'sum', column: measure.column, scale: measure.scale, low, high, offset: 0n, power: 1, ...clip };
}

// Centring halves what one unit can change, and so the noise.
function centred(measure: Bounded, element: DataElement, at: Path, perUnit: bigint): Sum {
  const { low, high } = boundsWithin(measure, element, at);
  const offset = floorDiv(low + high, 2n);
  const clip = { lowest: perUnit * (low - offset), highest: perUnit * (high - offset) };
  return { of: 'sum', column: measure.column, scale: measure.scale, low, high, offset, power: 1, ...clip };
}

function boundsWithin(measure: Bounded, element: DataElement, at: Path): { low: bigint; high: bigint } {
  const column = numeric(element, measure.column, [...at, 'column']);
  const declared = boundsOf(column);
  if (measure.scale > scaleOf(column))
    return refuse('TEMPLATE_BOUNDS_UNFIT', [...at, 'scale'], 'finer than the column');
  const [low, high] = [toScaled(measure.low, measure.scale), toScaled(measure.high, measure.scale)];
  if (low === undefined) return refuse('TEMPLATE_BOUNDS_UNFIT', [...at, 'low'], 'more digits than the scale');
  if (high === undefined || high <= low)
    return refuse('TEMPLATE_BOUNDS_UNFIT', [...at, 'high'], 'not above low, or too many digits');
  const lift = 10n ** BigInt(scaleOf(column) - measure.scale);
  if (declared === undefined || low * lift < declared.low)
    return refuse('TEMPLATE_BOUNDS_UNFIT', [...at, 'low'], 'below the column');
  if (high * lift > declared.high) return refuse('TEMPLATE_BOUNDS_UNFIT', [...at, 'high'], 'above the column');
  return { low, high };
}
