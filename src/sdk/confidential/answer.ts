// From combined noisy cells to the one safe answer that people read: measures, intervals, floor and label.
import { basename } from 'node:path';
import type { Json } from '../../domain/canonical';
import {
  epsilonFor,
  noiseInterval,
  plans,
  type Demands,
  type NoiseInterval,
  type Question,
} from '../../domain/confidential';
import { parseRational, rational, sureness, toText, type Rational } from '../../domain/safe-answers';
import { decimal, figure, nearest } from '../../domain/safe-answers/decimal';
import { compare } from '../../domain/safe-answers/rational';
import type { SumsPlan } from '../../domain/templates/plan';
import { writeTable, type FigureText, type TableRow } from './table';

interface Combined {
  readonly plan: SumsPlan;
  readonly demands: Demands;
  readonly question: Question;
  readonly cells: ArrayLike<bigint>;
  readonly repositories: number;
}

/** Every row with its label. */
export function safeBody(combined: Combined): Json {
  const rows = [...rowsOf(combined)];
  return bodyOf(combined, { cells: rows.map(({ shown: row }) => row) }, rows.filter(isWithheld).length);
}

/**
 * The same of a large vector: all rows go to `file` as CSV, the fifty largest and the label are the body, with the file's name and
 * SHA-256. Choosing the largest is post-processing of noisy figures and costs nothing.
 */
export async function largeBody(combined: Combined, file: string): Promise<Json> {
  let withheld = 0;
  const counted = function* (): Generator<TableRow, void> {
    for (const row of rowsOf(combined)) {
      if (isWithheld(row)) withheld += 1;
      yield row;
    }
  };
  const { largest, ...written } = await writeTable(file, combined.plan, counted());
  return bodyOf(combined, { cells: largest, table: { ...written, file: basename(file), shown: 'largest' } }, withheld);
}

const isWithheld = ({ weight }: TableRow): boolean => weight === undefined;

function* rowsOf({ plan, demands, question, cells, repositories }: Combined): Generator<TableRow, void> {
  const scale = question.noiseScale === 'none' ? undefined : parseRational(question.noiseScale);
  const floor = rational(BigInt(plan.privacy.minUnits));
  for (const { key, size, found } of plans.estimating(plan, demands.contribution, { scale, repositories, cells })) {
    const small = size !== undefined && compare(size, floor) < 0;
    const values = Object.entries(found).map(([as, one]) => [as, small ? WITHHELD : shown(one)] as const);
    yield {
      key,
      figures: Object.entries(found).flatMap(([as, one]) => figuresOf(as, one, small)),
      weight: small ? undefined : weightOf(Object.values(found)[0]),
      shown: { key: [...key], values: Object.fromEntries(values) as Json },
    };
  }
}

const WITHHELD: Json = { withheld: 'FLOOR' };

function weightOf(found: plans.Found | undefined): number {
  const value = found !== undefined && 'digits' in found ? found.value : undefined;
  return value === undefined ? -Infinity : Number(value.num) / Number(value.den);
}

/** As columns: a line is its intercept under its own name, and one more figure a slope; of a fit's round every sum is one. */
function figuresOf(as: string, found: plans.Found, small: boolean): (readonly [string, FigureText])[] {
  if ('digits' in found) return [[as, small ? FLOOR : textOf(one(found))]];
  const others = 'sums' in found ? found.sums : found.slopes;
  const more = Object.entries(others).flatMap(([name, other]) => figuresOf(`${as} × ${name}`, other, small));
  return 'sums' in found ? more : [...figuresOf(as, found.intercept, small), ...more];
}

const FLOOR: FigureText = { value: 'FLOOR', low: '', high: '' };
const textOf = ({ value, low, high }: Figure): FigureText => ({
  value: value === null ? '' : String(value),
  low: low === undefined ? '' : String(low),
  high: high === undefined ? '' : String(high),
});

function bodyOf(
  { plan, question, repositories }: Combined,
  shownRows: Readonly<Record<string, Json>>,
  withheld: number,
): Json {
  const scale = question.noiseScale === 'none' ? undefined : parseRational(question.noiseScale);
  const interval = scale === undefined ? { all: 0n, oneStripped: 0n } : noiseInterval(scale);
  return {
    schema: 'aggregora/confidential-answer/1',
    ...shownRows,
    label: label(plan, question, { repositories, interval, withheld, delta: '0' }),
  };
}

/** What stands under every confidential answer: who made it, how, what it cost, and how sure it leaves anyone of one unit. */
export function label(
  plan: SumsPlan,
  question: Question,
  {
    repositories,
    interval,
    withheld,
    delta,
  }: {
    readonly repositories: number;
    readonly interval: NoiseInterval;
    readonly withheld: number;
    readonly delta: string;
  },
) {
  const epsilon = epsilonFor(parseRational(plan.privacy.rho));
  const sure = sureness('laplace', parseRational(plan.privacy.rho));
  return {
    template: plan.template,
    element: plan.element,
    binding: plan.binding,
    mode: question.mode,
    repositories,
    nodes: [...question.nodes],
    mechanism: { name: 'laplace', made: 'in three shares, by the compute nodes', scale: question.noiseScale },
    rho: plan.privacy.rho,
    loss: { epsilon: decimal(nearest(epsilon.num * 1000n, epsilon.den), 3), exact: toText(epsilon), delta },
    interval: '95 %',
    halfWidths: { all: String(interval.all), oneStripped: String(interval.oneStripped), per: 'travelling cell' },
    unit: plan.unitOf,
    minUnits: plan.privacy.minUnits,
    withheld: { cells: withheld, why: withheld === 0 ? [] : ['FLOOR'] },
    sentences: {
      en: [
        `From this answer one can be at most ${sure.inTable} % sure that a given ${plan.unitOf} is in any of the tables.`,
      ],
      zh: [`仅凭此答案，对某一${plan.unitOf}是否在任一表中的把握至多为 ${sure.inTable} %。`],
    },
  };
}

function shown(found: plans.Found): Json {
  if ('digits' in found) return one(found);
  if ('sums' in found) return Object.fromEntries(Object.entries(found.sums).map(([as, sum]) => [as, one(sum)]));
  const slopes = Object.entries(found.slopes).map(([column, slope]) => [column, one(slope)]);
  return { intercept: one(found.intercept), slopes: Object.fromEntries(slopes) as Json };
}

type Figure = Readonly<Record<'value', number | string | null> & Partial<Record<'low' | 'high', number | string>>>;

/** Value and range as text; null where the noise left nothing to divide by. */
function one({ value, low, high, digits }: plans.Estimate): Figure {
  const text = ({ num, den }: Rational): number | string => figure(nearest(num * 10n ** BigInt(digits), den), digits);
  return {
    value: value === undefined ? null : text(value),
    ...(low === undefined ? {} : { low: text(low) }),
    ...(high === undefined ? {} : { high: text(high) }),
  };
}
