// A fit by rounds finds what a plain fit finds, its ranges hold under noise, and a person moves no round by more than is stated.
import * as fc from 'fast-check';
import type { JsonObject } from '../../canonical';
import { parseRational, type Rational } from '../../safe-answers';
import { bind, checkTemplate, evaluate, plan, sumsPlan, Template, type Row } from '../../templates';
import { demandsOf } from '../demands';
import { noiseShare } from '../noise';
import { encodeRows } from '../plans';
import { stream } from '../shares/expand';
import { documentOf, element, fit, households, plainFit, rowsOf, template, type Household } from './rounds.fixture';
import { exponential, fitOf, found, parametersOf, roundPlan, walk, type Fit, type Released } from '.';

const number = ({ num, den }: Rational): number => Number((num * 10n ** 12n) / den) / 1e12;
type Noise = (scale: Rational) => () => bigint;

/** One round over repositories, as the nodes release it. */
function released(
  asked: Fit,
  parameters: JsonObject,
  repositories: readonly (readonly Household[])[],
  noise?: Noise,
): Released {
  const { plan: planned, demands } = roundPlan(asked, parameters);
  const draw = noise?.(parseRational(demands.noiseScale));
  const parts = repositories.map((all) => encodeRows(demands.contribution, evaluate(planned, rowsOf(all))));
  const cells = Array.from({ length: demands.cells }, (_, at) =>
    parts.reduce((sum, part) => sum + (part[at] ?? 0n), draw?.() ?? 0n),
  );
  return { cells, repositories: repositories.length };
}

function fitted(asked: Fit, repositories: readonly (readonly Household[])[], noise?: Noise) {
  const rounds: Released[] = [released(asked, asked.parameters, repositories, noise)];
  for (let next = walk(asked, rounds)?.next; next !== undefined; next = walk(asked, rounds)?.next)
    rounds.push(released(asked, next.parameters, repositories, noise));
  const result = found(asked, rounds);
  if (result === undefined) throw new Error('not fitted');
  return { ...result, rounds };
}

/** The fit at another price: the dearer, the less noise. */
const at = (rho: string): Fit =>
  fit({}, Template.parse(documentOf({ privacy: { mechanism: 'laplace', rho, minUnits: 10 } })));

const three = [households(500), households(300, 5000), households(400, 20_000)];
const truth = plainFit(three.flat());

test.each([
  ['half of all', -0.5, 900],
  ['one in ten', -3, 3000],
  ['nearly all', 3, 3000],
])("without noise the coefficients are within half a percent of a plain fit's: %s", (_, level, count) => {
  const parts = [households(count, 0, level), households(count, 9000, level), households(count, 30_000, level)];
  const { coefficients, rounds } = fitted(at('1000000'), parts);
  plainFit(parts.flat()).forEach((plain, at) => {
    const { value, low, high } = coefficients[at] ?? { value: { num: 0n, den: 1n } };
    expect(Math.abs(number(value) / plain - 1)).toBeLessThan(5e-3);
    if (low !== undefined && high !== undefined) {
      expect(number(low)).toBeLessThanOrEqual(plain);
      expect(number(high)).toBeGreaterThanOrEqual(plain);
    }
  });
  expect(rounds.length).toBeLessThanOrEqual(7);
});

test.each([
  ['with the noise of three nodes', 3],
  ['when one node strips its part', 2],
])('%s the plain coefficients lie in their ranges at least as often as they claim', (_, nodes) => {
  const random = stream('rounds.spec', new Uint8Array(32));
  const noise: Noise = (scale) => {
    const share = noiseShare(scale);
    return () => Array.from({ length: nodes }, () => share(random)).reduce((sum, part) => sum + part, 0n);
  };
  let [inside, shown, squares] = [0, 0, 0];
  const exactly = fitted(at('1000000'), three).coefficients.map(({ value }) => number(value));
  const tries = 12;
  for (let i = 0; i < tries; i += 1) {
    const { coefficients } = fitted(at('80'), three, noise);
    if (coefficients.every(({ low }) => low !== undefined)) shown += 1;
    for (const [j, { value, noise }] of coefficients.entries())
      squares += ((number(value) - (exactly[j] ?? 0)) / number(noise ?? value)) ** 2 / coefficients.length;
    const holds = coefficients.every(
      ({ low, high }, i) =>
        low === undefined || high === undefined || (number(low) <= (truth[i] ?? 0) && (truth[i] ?? 0) <= number(high)),
    );
    if (holds) inside += 1;
  }
  expect(inside).toBeGreaterThanOrEqual(tries - 1);
  expect(shown).toBeGreaterThan(tries - 3);
  // In units of the stated error from noise the mean square is one, or 2/3 when a node strips its part.
  expect(squares / tries).toBeGreaterThan(0.2);
  expect(squares / tries).toBeLessThan(2.5);
});

test.each([
  ['a category', { column: 'fuel', is: 'none' }, (car: number) => ({ fuel: car === 1 ? 'none' : 'oil' })],
  ['a truth', { column: 'owns', is: true }, (car: number) => ({ owns: car === 1 })],
])('%s that is a given value is fitted as zeros and ones would be', (_, target, of) => {
  const sums = (asked: Fit, rows: readonly Row[]) => {
    const { plan: planned, demands } = roundPlan(asked, { round: 1, b0: '0.5', b1: 1, b2: -2 });
    return encodeRows(demands.contribution, evaluate(planned, rows));
  };
  const tested = fit({}, Template.parse(documentOf({}, { target })));
  const [all] = three;
  const rows = all?.map((one) => ({ ...rowsOf([one])[0], ...of(one.car) })) ?? [];
  expect(sums(tested, rows)).toEqual(sums(fit(), rowsOf(all ?? [])));
  // A row without the value counts in no sum, as one without a number.
  const blank = { ...rows[0], id: 'blank', fuel: null, owns: null };
  expect(sums(tested, [...rows, blank])).toEqual(sums(tested, rows));
});

test('noise that drowns every sum still ends within the rounds and the bounds, and shows no range', () => {
  const random = stream('rounds.spec', new Uint8Array(32));
  const few = [households(5), households(4, 50), households(6, 90)];
  const noise: Noise = (scale) => {
    const share = noiseShare(scale);
    return () => share(random) + share(random) + share(random);
  };
  for (let i = 0; i < 20; i += 1) {
    const { coefficients, rounds } = fitted(fit(), few, noise);
    expect(rounds.length).toBeLessThanOrEqual(7);
    expect(coefficients.every(({ low, high }) => low === undefined && high === undefined)).toBe(true);
  }
});

test('the same released sums lead everybody the same way, and other sums another', () => {
  const { rounds } = fitted(fit(), three);
  const [first = { cells: [], repositories: 3 }] = rounds;
  expect(walk(fit(), [first])).toEqual(walk(fit(), [first]));
  const cells = first.cells.map((cell, at) => (at === 1 ? cell + 4000n : cell));
  expect(walk(fit(), [{ ...first, cells }])?.next).not.toEqual(walk(fit(), [first])?.next);
});

test('one person moves no round by more than the stated sensitivity', () => {
  const person = fc.record({
    id: fc.constant('new'),
    car: fc.integer({ min: -3, max: 3 }),
    age: fc.integer({ min: -50, max: 300 }),
    income: fc.integer({ min: -100, max: 900 }).map((tenths) => tenths / 10),
    town: fc.constant(1),
  });
  const [base, asked] = [households(30), fit()];
  for (const parameters of [
    {},
    parametersOf(asked, 1, ['-2', '5', '8'].map(parseRational)),
    parametersOf(asked, 6, ['1/2', '-3', '7'].map(parseRational)),
  ]) {
    const { demands } = roundPlan(asked, parameters);
    const before = released(asked, parameters, [base]).cells;
    fc.assert(
      fc.property(fc.array(person, { minLength: 1, maxLength: 4 }), (rows) => {
        const after = released(asked, parameters, [[...base, ...rows]]).cells;
        const moved = after.reduce((sum, cell, at) => {
          const by = cell - (before[at] ?? 0n);
          return sum + (by < 0n ? -by : by);
        }, 0n);
        return moved <= BigInt(demands.contribution.sensitivity);
      }),
      { numRuns: 60 },
    );
  }
});

test('a later round sums one slope a coefficient: far fewer cells than the curvature', () => {
  const cells = [{}, { round: 1, b0: 0, b1: 0, b2: 0 }, { round: 6, b0: 0, b1: 0, b2: 0 }].map(
    (parameters) => demandsOf(sumsPlan(template, element, bind(template, element, parameters))).cells,
  );
  expect(cells).toEqual([9, 3, 6]);
});

const coefficients = { b0: 0, b1: 0, b2: 0 };
test.each([
  ['a round past the last', { ...coefficients, round: 7 }, 'PARAMETER_OUT_OF_DOMAIN'],
  ['no such round', { ...coefficients, round: 0 }, 'PARAMETER_OUT_OF_DOMAIN'],
  ['a coefficient out of bounds', { ...coefficients, round: 1, b1: 9 }, 'PARAMETER_OUT_OF_DOMAIN'],
  ['a coefficient between the steps', { ...coefficients, round: 1, b1: '0.0001' }, 'PARAMETER_OUT_OF_DOMAIN'],
  ['a round without a coefficient', { b0: 0, b1: 0, round: 1 }, 'PARAMETER_MISSING'],
  ['coefficients without a round', { b0: 0 }, 'PARAMETER_UNKNOWN'],
])('%s is refused wherever it is planned', (_, parameters, code) => {
  expect(() => sumsPlan(template, element, bind(template, element, parameters))).toThrow(code);
});

test('alone and in the clear a repository never answers it', () => {
  expect(() => plan(template, element, bind(template, element, {}))).toThrow('MEASURE_NOT_OFFERED');
});

const [AGE] = template.measures.flatMap((measure) => (measure.of === 'logistic' ? measure.on : []));
const step = (more: object) => ({ type: 'step', from: -8, to: 8, by: '0.001', optional: true, ...more });
const fixed = documentOf().parameters;
const { b2: _b2, ...declared } = fixed as Record<string, object>;
test.each([
  ['a target that is not 0 or 1', {}, { target: 'town' }, 'TEMPLATE_TYPE_UNFIT'],
  ['a value that no target has', {}, { target: { column: 'fuel', is: 'steam' } }, 'TEMPLATE_VALUE_UNFIT'],
  ['a number that is a value', {}, { target: { column: 'town', is: 'x' } }, 'TEMPLATE_TYPE_UNFIT'],
  [
    'the target among the variables',
    {},
    { on: [AGE, { column: 'car', low: 0, high: 1, scale: 0 }] },
    'TEMPLATE_MEASURE_CONFLICT',
  ],
  ['groups', { groupBy: [{ column: 'town', keys: 'declared' }] }, {}, 'TEMPLATE_MEASURE_CONFLICT'],
  ['too few coefficients', {}, { on: [AGE] }, 'TEMPLATE_PARAMETER_UNFIT'],
  ['a coefficient that is not declared', { parameters: declared }, {}, 'TEMPLATE_PARAMETER_UNKNOWN'],
  [
    'a coefficient that must be given',
    { parameters: { ...fixed, b1: step({ optional: false }) } },
    {},
    'TEMPLATE_PARAMETER_UNFIT',
  ],
  [
    'a coefficient without bounds to speak of',
    { parameters: { ...fixed, b1: step({ to: 800 }) } },
    {},
    'TEMPLATE_PARAMETER_UNFIT',
  ],
  [
    'a coefficient in a condition',
    { where: [{ column: 'town', op: '=', parameter: 'b1' }] },
    {},
    'TEMPLATE_PARAMETER_UN',
  ],
  ['more rounds than the parameter counts', {}, { rounds: 9 }, 'TEMPLATE_PARAMETER_UNFIT'],
  [
    'a measure beside it',
    { measures: [...documentOf().measures, { as: 'n', of: 'count' }] },
    {},
    'TEMPLATE_MEASURE_CONFLICT',
  ],
])('%s is refused at review', (_, change, of, code) => {
  expect(() => {
    checkTemplate(Template.parse(documentOf(change, of)), element);
  }).toThrow(code);
});

test('only a whole fit is one: a single round is a question like any other', () => {
  expect(fitOf(template, element, { round: 1, ...coefficients })).toBeUndefined();
  expect(exponential({ num: 1n, den: 1n })).toBeDefined();
});
