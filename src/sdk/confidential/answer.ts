// From combined noisy cells to the one safe answer that people read: measures, intervals, floor and label.
import type { Json } from '../../domain/canonical';
import { epsilonFor, noiseInterval, plans, type Demands, type Question } from '../../domain/confidential';
import { parseRational, rational, sureness, toText, type Rational } from '../../domain/safe-answers';
import { decimal, figure, nearest } from '../../domain/safe-answers/decimal';
import { compare, multiply, subtract, add } from '../../domain/safe-answers/rational';
import type { Plan, PlannedMeasure } from '../../domain/templates/plan';

/** Digits that a mean or variance shows beyond its column's own. */
const MORE = 2;

export function safeBody(
  plan: Plan,
  demands: Demands,
  question: Question,
  cells: readonly bigint[],
  repositories: number,
): Json {
  const { contribution } = demands;
  const interval = noiseInterval(parseRational(question.noiseScale));
  // Every repository's rounding down costs at most one travelling unit.
  const reach = interval.all + BigInt(repositories);
  const units = contribution.blocks.some(({ as }) => as === 'units')
    ? plans.decode(contribution, 'units', cells)
    : undefined;
  const floor = rational(BigInt(plan.privacy.minUnits));
  const columns = plan.measures.map((measure) => ({
    measure,
    values: plans.measureValues(contribution, measure, cells),
  }));
  let withheld = 0;
  const rows = contribution.keys.map((key, at) => {
    const small = units !== undefined && compare(units[at] ?? rational(0n), floor) < 0;
    if (small) withheld += 1;
    const values = columns.map(({ measure, values: all }) => [
      measure.as,
      small
        ? { withheld: 'FLOOR' }
        : shown(measure, all[at] ?? rational(0n), widthOf(contribution, measure, reach, cells, at)),
    ]);
    return { key: key === '' ? [] : key.split(plans.KEY_JOIN), values: Object.fromEntries(values) as Json };
  });
  const epsilon = epsilonFor(parseRational(plan.privacy.rho));
  const sure = sureness('laplace', parseRational(plan.privacy.rho));
  return {
    schema: 'aggregora/confidential-answer/1',
    cells: rows,
    label: {
      template: plan.template,
      element: plan.element,
      binding: plan.binding,
      mode: question.mode,
      repositories,
      nodes: [...question.nodes],
      mechanism: { name: 'laplace', made: 'in three shares, by the compute nodes', scale: question.noiseScale },
      rho: plan.privacy.rho,
      loss: { epsilon: decimal(nearest(epsilon.num * 1000n, epsilon.den), 3), exact: toText(epsilon), delta: '0' },
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
    },
  };
}

type Width = { readonly low: Rational; readonly high: Rational } | undefined;

function widthOf(
  plan: plans.ContributionPlan,
  measure: PlannedMeasure,
  reach: bigint,
  cells: readonly bigint[],
  at: number,
): Width {
  const around = (as: string) => {
    const middle = plans.decode(plan, as, cells)[at] ?? rational(0n);
    const half = plans.halfWidth(plan, as, reach);
    return { low: subtract(middle, half), high: add(middle, half) };
  };
  switch (measure.of) {
    case 'units':
    case 'histogram':
      return around('units');
    case 'count':
      return around(`aggregate-${String(measure.rows)}`);
    case 'sum':
      return around(`aggregate-${String(measure.total)}`);
    case 'mean': {
      const [total, rows] = [around(`aggregate-${String(measure.total)}`), around(`aggregate-${String(measure.rows)}`)];
      const least = compare(rows.low, rational(1n)) < 0 ? rational(1n) : rows.low;
      const most = compare(rows.high, rational(1n)) < 0 ? rational(1n) : rows.high;
      const over = (value: Rational, high: boolean) =>
        rational(
          value.num * (value.num < 0n === high ? most : least).den,
          value.den * (value.num < 0n === high ? most : least).num,
        );
      const middle = rational(measure.midpoint);
      return { low: add(middle, over(total.low, false)), high: add(middle, over(total.high, true)) };
    }
    case 'variance':
      return undefined;
  }
}

function shown(measure: PlannedMeasure, value: Rational, width: Width): Json {
  const scale = 'scale' in measure ? measure.scale : 0;
  const more = measure.of === 'mean' || measure.of === 'variance' ? MORE : 0;
  const counted = measure.of === 'units' || measure.of === 'count' || measure.of === 'histogram';
  const text = (one: Rational) => {
    const { num, den } = multiply(one, rational(10n ** BigInt(more)));
    const whole = nearest(num, den);
    return figure(counted && whole < 0n ? 0n : whole, scale + more);
  };
  return { value: text(value), ...(width === undefined ? {} : { low: text(width.low), high: text(width.high) }) };
}
