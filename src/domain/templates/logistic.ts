// Rounds of a logistic fit: which sums a round asks for, at which coefficients, and the most that one unit moves each of them.
import type { Json } from '../canonical';
import { toScaled, type Quantity } from '../elements';
import { floorDiv } from '../safe-answers/rational';
import type { Measure, Parameter, Template } from './document';
import { stepScale, stepsOf } from './domains';
import { refuse, type Path } from './faults';
import { CERTAIN, PREDICTOR_BITS } from './link';
import type { Factor, Link, LinkMoment } from './plan';

export type Logistic = Extract<Measure, { of: 'logistic' }>;

/** Link sums are made in 128-bit integers. */
export const LOGISTIC_ROOM = 2n ** 126n;

/** No coefficient is farther from zero: with nine of them no predictor leaves 64 bits. */
const FARTHEST_COEFFICIENT = 64n;

type Round =
  { readonly round: 'start' } | { readonly round: 'slopes' | 'curvature'; readonly aggregates: readonly LinkMoment[] };

type Step = Extract<Parameter, { type: 'step' }>;

export const logisticIn = ({ measures }: Template): Logistic | undefined =>
  measures.find((measure): measure is Logistic => measure.of === 'logistic');

/** What a row must hold to count in sums over these factors. */
export function wholeRows(factors: readonly Factor[]): Pick<LinkMoment, 'complete' | 'present'> {
  const tests = factors.filter(({ is }) => is !== undefined);
  const numbers = factors.filter(({ is }) => is === undefined);
  const complete = numbers.map(({ column }) => column).sort();
  return tests.length === 0 ? { complete } : { complete, present: tests };
}

/** Parameters of every kind of round, for checks at review; of any other template just none. */
export function sampleRounds(template: Template): readonly Readonly<Record<string, Json>>[] {
  const measure = logisticIn(template);
  if (measure === undefined) return [{}];
  const at = Object.fromEntries(
    measure.at.map((name): [string, Json] => {
      const parameter = template.parameters[name];
      return [name, parameter?.type === 'step' ? parameter.from : 0];
    }),
  );
  return [{}, { ...at, [measure.round]: 1 }, { ...at, [measure.round]: measure.rounds - 1 }];
}

/** The half range of a centred factor: coefficients are said per this. */
export const halfRange = ({ low, high, offset }: Factor): bigint =>
  high - offset > offset - low ? high - offset : offset - low;

/**
 * What the round of these parameters asks for: without any the start, in the last round the curvature, between them slopes.
 * Refuses TEMPLATE_PARAMETER_{UNKNOWN, UNFIT}, PARAMETER_MISSING, PARAMETER_UNKNOWN.
 */
export function logisticRound(
  template: Template,
  measure: Logistic,
  target: Factor,
  variables: readonly Factor[],
  parameters: Readonly<Record<string, Json>>,
  at: Path,
): Round {
  if (variables.some(({ column }) => column === target.column))
    refuse('TEMPLATE_MEASURE_CONFLICT', at, 'a variable is named twice');
  checkParameters(template, measure, at);
  const round = parameters[measure.round];
  if (round === undefined) {
    const early = measure.at.find((name) => parameters[name] !== undefined);
    return early === undefined ? { round: 'start' } : refuse('PARAMETER_UNKNOWN', [early], 'the start has none');
  }
  const link = linkOf(template, measure, variables, parameters);
  const perUnit = BigInt(template.bounds.rowsPerUnit ?? 1);
  const shared = { of: 'link', link, ...wholeRows([target, ...variables]) } as const;
  if (Number(round) < measure.rounds - 1) {
    const value = { of: 'residual', target } as const;
    const aggregates = [undefined, ...variables].map((factor): LinkMoment => {
      const most = perUnit * CERTAIN * (factor === undefined ? 1n : halfRange(factor));
      return { ...shared, value, factors: factor === undefined ? [] : [factor], lowest: -most, highest: most };
    });
    return { round: 'slopes', aggregates };
  }
  const all = [undefined, ...variables];
  const aggregates = all.flatMap((a, first) =>
    all.slice(first).map((b): LinkMoment => {
      const factors = [a, b].filter((factor) => factor !== undefined);
      const most = factors.reduce((product, factor) => product * halfRange(factor), (perUnit * CERTAIN * CERTAIN) / 4n);
      return { ...shared, value: { of: 'curvature' }, factors, lowest: a === b ? 0n : -most, highest: most };
    }),
  );
  return { round: 'curvature', aggregates };
}

function checkParameters(template: Template, { round, at: names, on, rounds }: Logistic, at: Path): void {
  if (names.length !== on.length + 1 || new Set([round, ...names]).size < names.length + 1)
    refuse('TEMPLATE_PARAMETER_UNFIT', [...at, 'at'], 'one for the constant and one for each variable');
  const counted = optionalStep(template, round, [...at, 'round']);
  const { from, to, by, scale } = stepsOf(counted);
  if (scale !== 0 || from !== 1n || to !== BigInt(rounds - 1) || by !== 1n)
    refuse('TEMPLATE_PARAMETER_UNFIT', [...at, 'round'], 'from 1 to rounds − 1 by 1');
  names.forEach((name, i) => {
    const steps = stepsOf(optionalStep(template, name, [...at, 'at', i]));
    const most = FARTHEST_COEFFICIENT * 10n ** BigInt(steps.scale);
    if (steps.scale > 6 || steps.from >= 0n || steps.to <= 0n || steps.from < -most || steps.to > most)
      refuse('TEMPLATE_PARAMETER_UNFIT', [...at, 'at', i], 'around zero, within ±64, at most six decimals');
  });
}

function optionalStep(template: Template, name: string, at: Path): Step {
  const parameter = Object.hasOwn(template.parameters, name) ? template.parameters[name] : undefined;
  if (parameter === undefined) return refuse('TEMPLATE_PARAMETER_UNKNOWN', at, 'not declared');
  if (parameter.type !== 'step' || parameter.optional !== true)
    return refuse('TEMPLATE_PARAMETER_UNFIT', at, 'an optional step parameter');
  if (template.where.some((one) => 'parameter' in one && [one.parameter].flat().includes(name)))
    return refuse('TEMPLATE_PARAMETER_UNFIT', at, 'not in a condition');
  return parameter;
}

/** Coefficients per half range as integer slopes per scaled unit of each variable, rounded down at 2^−40. */
function linkOf(
  template: Template,
  measure: Logistic,
  variables: readonly Factor[],
  parameters: Readonly<Record<string, Json>>,
): Link {
  const [constant = 0n, ...slopes] = measure.at.map((name, i) => {
    const [parameter, given] = [template.parameters[name], parameters[name]];
    if (given === undefined || parameter?.type !== 'step')
      return refuse('PARAMETER_MISSING', [name], 'the round needs it');
    const scale = stepScale(parameter);
    const value = (toScaled(given as Quantity, scale) ?? 0n) << PREDICTOR_BITS;
    const factor = variables[i - 1];
    return floorDiv(value, 10n ** BigInt(scale) * (factor === undefined ? 1n : halfRange(factor)));
  });
  return { constant, terms: variables.map((factor, i) => ({ factor, slope: slopes[i] ?? 0n })) };
}
