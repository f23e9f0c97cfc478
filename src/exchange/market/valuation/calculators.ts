// The calculators behind one door: named model, its inputs by schema, value, steps and what the value is sensitive to.
import { z } from 'zod';
import { valuation } from '../../../domain/market';
import { Refusal } from '../../../domain/refusals';

/** Decimals come as text, as everywhere in our bodies; whole numbers may come as they are. */
const N = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^-?\d{1,15}(?:\.\d{1,15})?$/)
      .transform(Number),
  ])
  .describe('A whole number, or a decimal as text');
const Numbers = z.array(N).min(1).max(1000);
const Matrix = z.array(Numbers).min(1).max(50);
const OptionInputs = { value: N, strike: N, rate: N, volatility: N, years: N };
const Tranches = z
  .array(z.strictObject({ name: z.string().max(60), principal: N, coupon: N }))
  .min(1)
  .max(20);

/** One request; every input is shown again in the answer. */
export const Valuation = z.discriminatedUnion('model', [
  z.strictObject({
    model: z.literal('cost'),
    totalCost: N,
    returnRate: N,
    quality: N,
    circulation: N,
    scarcity: N,
    risk: N,
  }),
  z.strictObject({ model: z.literal('income'), flows: Numbers, discount: N }),
  z.strictObject({
    model: z.literal('market'),
    comparables: z
      .array(z.strictObject({ price: N, factors: z.array(N).max(20) }))
      .min(1)
      .max(100),
  }),
  z.strictObject({ model: z.literal('ahp'), matrix: Matrix }),
  z.strictObject({ model: z.literal('entropy'), rows: Matrix }),
  z.strictObject({ model: z.literal('grey'), reference: Numbers, rows: Matrix, zeta: N.optional() }),
  z.strictObject({ model: z.literal('black-scholes'), ...OptionInputs }),
  z.strictObject({ model: z.literal('binomial'), ...OptionInputs, periods: z.int().min(1).max(5000) }),
  z.strictObject({ model: z.literal('waterfall'), flows: Numbers, tranches: Tranches, cuts: z.array(N).max(20) }),
]);
export type Valuation = z.infer<typeof Valuation>;

const SWING = 0.1;

/** Result with steps; `sensitivity` moves each single input by a tenth. Refuses VALUATION_INPUT, AHP_INCONSISTENT. */
export function value(asked: Valuation): unknown {
  switch (asked.model) {
    case 'cost': {
      const { model: _model, ...inputs } = asked;
      return {
        ...valuation.cost(inputs),
        sensitivity: valuation.tornado(inputs, SWING, (it) => valuation.cost(it).value),
      };
    }
    case 'income': {
      const byRate = (it: { discount: number }) => valuation.income({ flows: asked.flows, ...it }).value;
      return {
        ...valuation.income(asked),
        sensitivity: valuation.tornado({ discount: asked.discount }, SWING, byRate),
      };
    }
    case 'market': {
      const prices = Object.fromEntries(
        asked.comparables.map(({ price }, index) => [`price ${String(index + 1)}`, price]),
      );
      const changed = (it: Readonly<Record<string, number>>) =>
        valuation.market(
          asked.comparables.map(({ factors }, index) => ({ factors, price: it[`price ${String(index + 1)}`] ?? 0 })),
        ).value;
      return { ...valuation.market(asked.comparables), sensitivity: valuation.tornado(prices, SWING, changed) };
    }
    case 'ahp':
      return { ...valuation.ahp(asked.matrix), sensitivity: byJudgement(asked.matrix) };
    case 'entropy':
      return { ...valuation.entropyWeights(asked.rows), sensitivity: byRow(asked.rows) };
    case 'grey': {
      const { reference, rows, zeta = 0.5 } = asked;
      const best = (it: { zeta: number }) => Math.max(...valuation.greyRelation(reference, rows, it.zeta).grades);
      return {
        ...valuation.greyRelation(reference, rows, zeta),
        sensitivity: valuation.tornado({ zeta }, SWING, best),
      };
    }
    case 'black-scholes': {
      const { model: _model, ...inputs } = asked;
      const changed = (it: typeof inputs) => valuation.blackScholes(it).value;
      return { ...valuation.blackScholes(inputs), sensitivity: valuation.tornado(inputs, SWING, changed) };
    }
    case 'binomial': {
      const { model: _model, periods, ...inputs } = asked;
      const changed = (it: typeof inputs) => valuation.binomial(it, periods).value;
      return { ...valuation.binomial(inputs, periods), sensitivity: valuation.tornado(inputs, SWING, changed) };
    }
    case 'waterfall':
      return {
        ...valuation.waterfall(asked.flows, asked.tranches),
        stressed: valuation.stressed(asked.flows, asked.tranches, asked.cuts),
      };
  }
}

/** The heaviest criterion's weight as each judgement above the diagonal is a tenth weaker or stronger; inconsistent ones are left out. */
function byJudgement(matrix: readonly (readonly number[])[]) {
  const { weights } = valuation.ahp(matrix);
  const heaviest = weights.indexOf(Math.max(...weights));
  const judgements = Object.fromEntries(
    matrix.flatMap((row, i) =>
      row.flatMap((value, j) => (j > i ? [[`a${String(i + 1)}${String(j + 1)}`, value]] : [])),
    ),
  );
  const changed = (it: Readonly<Record<string, number>>) => {
    const at = (i: number, j: number) => it[`a${String(i + 1)}${String(j + 1)}`] ?? 1;
    const next = matrix.map((row, i) => row.map((_, j) => (i === j ? 1 : j > i ? at(i, j) : 1 / at(j, i))));
    try {
      return valuation.ahp(next).weights[heaviest] ?? 0;
    } catch (error) {
      if (error instanceof Refusal) return weights[heaviest] ?? 0;
      throw error;
    }
  };
  return valuation.tornado(judgements, SWING, changed);
}

/** The heaviest column's weight as its value in each row is a tenth lower or higher. */
function byRow(rows: readonly (readonly number[])[]) {
  const { weights } = valuation.entropyWeights(rows);
  const heaviest = weights.indexOf(Math.max(...weights));
  const values = Object.fromEntries(rows.map((row, index) => [`row ${String(index + 1)}`, row[heaviest] ?? 0]));
  const changed = (it: Readonly<Record<string, number>>) =>
    valuation.entropyWeights(
      rows.map((row, index) =>
        row.map((value, at) => (at === heaviest ? (it[`row ${String(index + 1)}`] ?? 0) : value)),
      ),
    ).weights[heaviest] ?? 0;
  return valuation.tornado(values, SWING, changed);
}
