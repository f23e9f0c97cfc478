// What people read from combined sums: values that noise cannot make nonsense of, each with a 95 % range that counts all its noise.
import {
  add,
  compare,
  divide,
  multiply,
  rational,
  subtract,
  sumOf,
  zero,
  type Rational,
} from '../../safe-answers/rational';
import { sqrt, UNIT } from '../../safe-answers/bounds';
import { Refusal } from '../../refusals';
import { CERTAIN, halfRange } from '../../templates';
import type { SumsMeasure, SumsPlan } from '../../templates/plan';
import { noiseInterval, noiseReach } from '../noise/interval';
import { around, exactly, fractions, minus, over, plus, squared, times, within, type Range } from './intervals';
import { correlation, correlationRange, regress, regressRange, sumsOf } from './moments';
import { groupsOf, keyAt } from './axes';
import { decoder, halfWidth, type ContributionPlan } from './plan';

/** One number in the column's own unit; `digits` decimals are worth showing. No range when the noise leaves none. */
export interface Estimate {
  readonly value: Rational | undefined;
  readonly low?: Rational;
  readonly high?: Rational;
  readonly digits: number;
}

/** A measure of one group: one estimate, a line's intercept and slopes by column, or what one round of a fit sums. */
export type Found =
  | Estimate
  | { readonly intercept: Estimate; readonly slopes: Readonly<Record<string, Estimate>> }
  | { readonly sums: Readonly<Record<string, Estimate>> };

export interface EstimatedGroup {
  readonly key: readonly string[];
  /** Noisy units, or rows of a moment: what the floor looks at. Undefined when the plan has neither. */
  readonly size: Rational | undefined;
  readonly found: Readonly<Record<string, Found>>;
}

/** What the question adds to the plan: its noise, and who contributed. */
export interface Combined {
  /** sensitivity/epsilon; undefined where a test build added no noise. */
  readonly scale: Rational | undefined;
  readonly repositories: number;
  readonly cells: ArrayLike<bigint>;
}

/** Digits that a quotient shows beyond its column's own. */
const MORE = 2;

/** Every group with every measure. Refuses PLAN_NOT_LINEAR when the cells are not the plan's. */
export const estimates = (
  plan: SumsPlan,
  contribution: ContributionPlan,
  combined: Combined,
): readonly EstimatedGroup[] => [...estimating(plan, contribution, combined)];

/** The same one group after another: a million of them would not fit beside one another. */
export function* estimating(
  plan: SumsPlan,
  contribution: ContributionPlan,
  combined: Combined,
): Generator<EstimatedGroup, void> {
  const reader = new Reader(contribution, combined);
  const quantiles = plan.measures.some(({ of }) => of === 'quantile');
  const bins = quantiles ? binsOf(plan) : 1;
  const groups = groupsOf(contribution.axes) / bins;
  for (let at = 0; at < groups; at += 1) {
    const parts = keyAt(contribution.axes, at * bins);
    const places = Array.from({ length: bins }, (_, bin) => at * bins + bin);
    yield {
      key: quantiles ? parts.slice(0, -1) : parts,
      size: sizeOf(plan, reader, places),
      found: Object.fromEntries(plan.measures.map((measure) => [measure.as, estimate(measure, reader, places)])),
    };
  }
}

const binsOf = ({ groups }: SumsPlan): number => {
  const last = groups.at(-1);
  return last?.of === 'band' ? last.edges.length - 1 : 1;
};

function sizeOf({ measures }: SumsPlan, reader: Reader, places: readonly number[]): Rational | undefined {
  if (reader.has('units')) return sumOf(places.map((at) => reader.value('units', at)));
  const moments = measures.find((measure) => 'moments' in measure);
  return moments ? reader.value(`aggregate-${String(moments.moments.rows)}`, places[0] ?? 0) : undefined;
}

/** Values and joint ranges of blocks: `together` numbers read at once share the 5 % evenly. */
export class Reader {
  private readonly known = new Map<string, (at: number) => Rational | undefined>();
  private readonly halves = new Map<string, Rational>();

  constructor(
    private readonly plan: ContributionPlan,
    private readonly combined: Combined,
  ) {
    if (combined.cells.length !== plan.cells) throw new Refusal('PLAN_NOT_LINEAR', { cells: combined.cells.length });
  }

  has(as: string): boolean {
    return this.plan.blocks.some((block) => block.as === as);
  }

  value(as: string, at: number): Rational {
    const read = this.known.get(as) ?? decoder(this.plan, as, this.combined.cells);
    this.known.set(as, read);
    return read(at) ?? zero;
  }

  range(as: string, at: number, together: number): Range {
    return around(this.value(as, at), this.half(as, together));
  }

  half(as: string, together: number): Rational {
    const name = `${as} ${String(together)}`;
    const half = this.halves.get(name) ?? halfWidth(this.plan, as, this.reach(together));
    this.halves.set(name, half);
    return half;
  }

  /** Half width of one travelling cell. Every repository's rounding down costs at most one unit more. */
  private reach(together: number): bigint {
    const { scale, repositories } = this.combined;
    const rounding = BigInt(repositories);
    if (scale === undefined) return rounding;
    const noise =
      together === 1 ? noiseInterval(scale).all : noiseReach(scale, 1, rational(1n, 20n * BigInt(together)));
    return noise + rounding;
  }

  /** How far a sum over cells of a block with weights up to one may be off. */
  sumReach(as: string, cells: number): Rational {
    const { scale, repositories } = this.combined;
    const noise = scale === undefined ? 0n : noiseReach(scale, cells, rational(1n, 20n));
    return halfWidth(this.plan, as, noise + BigInt(repositories * cells));
  }
}

const tenTo = (digits: number): Rational => rational(10n ** BigInt(digits));
const positive = (value: Rational): Rational => (compare(value, rational(1n)) < 0 ? rational(1n) : value);
const nonNegative = (value: Rational): Rational => (value.num < 0n ? zero : value);

function shown(value: Rational | undefined, range: Range | undefined, scale: number, digits: number): Estimate {
  const unit = tenTo(scale);
  const real = value && divide(value, unit);
  if (!range) return { value: real, digits };
  const { low, high } = fractions(range);
  return { value: real, low: divide(low, unit), high: divide(high, unit), digits };
}

function estimate(measure: SumsMeasure, reader: Reader, places: readonly number[]): Found {
  const at = places[0] ?? 0;
  const block = (index: number): string => `aggregate-${String(index)}`;
  switch (measure.of) {
    case 'units':
    case 'histogram':
      return counted('units', reader, at);
    case 'count':
      return counted(block(measure.rows), reader, at);
    case 'sum': {
      const as = block(measure.total);
      return shown(reader.value(as, at), reader.range(as, at, 1), measure.scale, measure.scale);
    }
    case 'mean': {
      const [total, rows] = [block(measure.total), block(measure.rows)];
      const middle = rational(measure.midpoint);
      const value = add(middle, divide(reader.value(total, at), positive(reader.value(rows, at))));
      const quotient = over(reader.range(total, at, 2), atLeastOne(reader.range(rows, at, 2)));
      const range = quotient && plus(exactly(middle), quotient);
      return shown(value, range, measure.scale, measure.scale + MORE);
    }
    case 'variance': {
      const [total, squares, rows] = [block(measure.total), block(measure.squares), block(measure.rows)];
      const top = rational(measure.halfWidth * measure.halfWidth);
      const n = positive(reader.value(rows, at));
      const mean = divide(reader.value(total, at), n);
      const value = subtract(divide(reader.value(squares, at), n), multiply(mean, mean));
      const count = atLeastOne(reader.range(rows, at, 3));
      const [means, parts] = [over(reader.range(total, at, 3), count), over(reader.range(squares, at, 3), count)];
      const range = means && parts && within(minus(parts, squared(means)), zero, top);
      const held = value.num < 0n ? zero : compare(value, top) > 0 ? top : value;
      return shown(held, range, 2 * measure.scale, 2 * measure.scale + MORE);
    }
    case 'quantile':
      return quantile(measure, reader, places);
    case 'correlation': {
      const joint = 6;
      const found = correlation(sumsOf(measure.moments, (index) => reader.value(block(index), at)));
      const range = correlationRange(sumsOf(measure.moments, (index) => reader.range(block(index), at, joint)));
      return shown(found && signedRoot(found), range, 0, 4);
    }
    case 'regression':
      return line(measure, reader, at);
    case 'overlap':
      throw new Refusal('PLAN_NOT_LINEAR', { measure: measure.as });
    case 'logistic':
      return { sums: roundSums(measure, reader, at) };
  }
}

/** What people may read of one round: who counted, the slopes by variable, or the total weight. Factors that scale are taken off. */
function roundSums(
  measure: Extract<SumsMeasure, { of: 'logistic' }>,
  reader: Reader,
  at: number,
): Record<string, Estimate> {
  const block = (index: number): string => `aggregate-${String(index)}`;
  const one = (index: number, unit: bigint, digits: number): Estimate => {
    const [value, half] = [reader.value(block(index), at), reader.half(block(index), 1)];
    const [low, high] = [subtract(value, half), add(value, half)];
    const by = (number: Rational): Rational => divide(number, rational(unit));
    return { value: by(value), low: by(low), high: by(high), digits };
  };
  if (measure.round === 'start')
    return { rows: one(measure.moments.rows, 1n, 0), ones: one(measure.moments.sums[0] ?? 0, 1n, 0) };
  const [first = 0, ...others] = measure.links;
  if (measure.round === 'curvature') return { weight: one(first, CERTAIN * CERTAIN, 2) };
  const slopes = measure.variables.map((factor, index): [string, Estimate] => [
    factor.column,
    one(others[index] ?? 0, CERTAIN * halfRange(factor), 2),
  ]);
  return { constant: one(first, CERTAIN, 2), ...Object.fromEntries(slopes) };
}

function counted(as: string, reader: Reader, at: number): Estimate {
  const { low, high } = fractions(reader.range(as, at, 1));
  return { value: nonNegative(reader.value(as, at)), low: nonNegative(low), high: nonNegative(high), digits: 0 };
}

const atLeastOne = (range: Range): Range => {
  const least = exactly(rational(1n)).low;
  return { low: range.low < least ? least : range.low, high: range.high < least ? least : range.high };
};

function signedRoot({ squared: square, sign }: { readonly squared: Rational; readonly sign: -1 | 0 | 1 }): Rational {
  return multiply(rational(BigInt(sign)), rational(sqrt(square).lo, UNIT));
}

/**
 * The lower edge of the bin where the noisy bins first reach the quantile. The range runs from the first bin where
 * (1 − q)·below − q·above may have reached zero to the last one: with m bins that difference is off by the noise of m cells at most.
 */
function quantile(
  measure: Extract<SumsMeasure, { of: 'quantile' }>,
  reader: Reader,
  places: readonly number[],
): Estimate {
  const bins = places.map((at) => reader.value('units', at));
  const [all, q] = [sumOf(bins), rational(measure.quantile.num, measure.quantile.den)];
  const half = reader.sumReach('units', bins.length);
  let below = zero;
  const ahead = bins.map((bin) => {
    below = add(below, bin);
    return subtract(below, multiply(q, all));
  });
  const firstAt = (least: Rational): number => {
    const at = ahead.findIndex((one) => compare(one, least) >= 0);
    return at < 0 ? bins.length - 1 : at;
  };
  const edge = (at: number): Rational => divide(rational(measure.edges[at] ?? 0n), tenTo(measure.scale));
  return {
    value: all.num > 0n ? edge(firstAt(zero)) : undefined,
    low: edge(firstAt(subtract(zero, half))),
    high: edge(firstAt(half) + 1),
    digits: measure.scale,
  };
}

function line(measure: Extract<SumsMeasure, { of: 'regression' }>, reader: Reader, at: number): Found {
  const { moments } = measure;
  const [target, ...others] = moments.variables;
  const joint = 1 + moments.sums.length + moments.products.length;
  const block = (index: number): string => `aggregate-${String(index)}`;
  const values = regress(sumsOf(moments, (index) => reader.value(block(index), at)));
  const ranges = regressRange(sumsOf(moments, (index) => reader.range(block(index), at, joint)));
  const scale = target?.scale ?? 0;
  // Variables were centred and scaled: y = 10^−s·(offset + intercept + Σ slope·(10^t·x − offset')).
  const offset = rational(target?.offset ?? 0n);
  const slopes = others.map((factor, index): readonly [string, Estimate] => {
    const unit = divide(tenTo(factor.scale), tenTo(scale));
    const [value, range] = [values?.[index + 1], ranges?.[index + 1]];
    const own: Estimate = { value: value && multiply(value, unit), digits: scale + 4 };
    if (!range) return [factor.column, own];
    const { low, high } = fractions(range);
    return [factor.column, { ...own, low: multiply(low, unit), high: multiply(high, unit) }];
  });
  const back =
    values &&
    others.reduce((sum, factor, index) => add(sum, multiply(values[index + 1] ?? zero, rational(factor.offset))), zero);
  const backRange =
    ranges &&
    others.reduce(
      (sum, factor, index) => plus(sum, times(ranges[index + 1] ?? exactly(zero), exactly(rational(factor.offset)))),
      exactly(zero),
    );
  const first = values?.[0];
  const value = first && back && add(offset, subtract(first, back));
  const start = ranges?.[0];
  const range = start && backRange && plus(exactly(offset), minus(start, backRange));
  return { intercept: shown(value, range, scale, scale + MORE), slopes: Object.fromEntries(slopes) };
}
