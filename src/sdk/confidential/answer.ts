// From combined noisy cells to the one safe answer that people read: measures, intervals, floor and label.
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

export function safeBody(
  plan: SumsPlan,
  demands: Demands,
  question: Question,
  cells: readonly bigint[],
  repositories: number,
): Json {
  const scale = question.noiseScale === 'none' ? undefined : parseRational(question.noiseScale);
  const interval = scale === undefined ? { all: 0n, oneStripped: 0n } : noiseInterval(scale);
  const floor = rational(BigInt(plan.privacy.minUnits));
  let withheld = 0;
  const rows = plans
    .estimates(plan, demands.contribution, { scale, repositories, cells })
    .map(({ key, size, found }) => {
      const small = size !== undefined && compare(size, floor) < 0;
      if (small) withheld += 1;
      const values = Object.entries(found).map(([as, one]) => [as, small ? { withheld: 'FLOOR' } : shown(one)]);
      return { key: [...key], values: Object.fromEntries(values) as Json };
    });
  return {
    schema: 'aggregora/confidential-answer/1',
    cells: rows,
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

/** Value and range as text; null where the noise left nothing to divide by. */
function one({ value, low, high, digits }: plans.Estimate): Json {
  const text = ({ num, den }: Rational): Json => figure(nearest(num * 10n ** BigInt(digits), den), digits);
  return {
    value: value === undefined ? null : text(value),
    ...(low === undefined ? {} : { low: text(low) }),
    ...(high === undefined ? {} : { high: text(high) }),
  };
}
