// Weights of criteria: AHP with its consistency check, entropy, grey relation.
import { Refusal } from '../../refusals';
import { needInput } from './steps';

type Matrix = readonly (readonly number[])[];

/** Saaty's random indices for n = 1…15 (Saaty 1980, table 3.1 and later extensions). */
const RANDOM = [0, 0, 0.58, 0.9, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59] as const;

export interface Ahp {
  readonly weights: readonly number[];
  readonly lambdaMax: number;
  readonly consistencyIndex: number;
  readonly randomIndex: number;
  readonly consistencyRatio: number;
}

/**
 * Principal eigenvector of a reciprocal comparison matrix, by power iteration. Refuses VALUATION_INPUT (not square,
 * not positive, not reciprocal) and AHP_INCONSISTENT with the ratio when CR ≥ 0.1 (Saaty 1980).
 */
export function ahp(matrix: Matrix): Ahp {
  needReciprocal(matrix);
  const n = matrix.length;
  let weights: readonly number[] = Array.from({ length: n }, () => 1 / n);
  for (let round = 0; round < 200; round += 1) weights = normal(multiply(matrix, weights));
  const product = multiply(matrix, weights);
  const lambdaMax = product.reduce((sum, each, index) => sum + each / (weights[index] ?? 1), 0) / n;
  const random = RANDOM[n - 1] ?? 0;
  const consistencyIndex = n === 1 ? 0 : Math.max(0, (lambdaMax - n) / (n - 1));
  const consistencyRatio = random === 0 ? 0 : consistencyIndex / random;
  if (consistencyRatio >= 0.1) throw new Refusal('AHP_INCONSISTENT', { ratio: Number(consistencyRatio.toFixed(4)) });
  return { weights, lambdaMax, consistencyIndex, randomIndex: random, consistencyRatio };
}

export interface EntropyWeights {
  readonly weights: readonly number[];
  /** e of each column, 1 where all alternatives are alike. */
  readonly entropies: readonly number[];
}

/** Entropy weights of columns: w = (1−e)/Σ(1−e), e = −Σ p ln p / ln n (Shannon; rows are alternatives, values ≥ 0). */
export function entropyWeights(rows: Matrix): EntropyWeights {
  needInput('rows', rows.length, 2);
  const entropies = columns(rows).map((column) => {
    const total = column.reduce((sum, value) => sum + needInput('value', value, 0), 0);
    needInput('column sum', total, Number.MIN_VALUE);
    const entropy = column.reduce(
      (sum, value) => (value === 0 ? sum : sum - (value / total) * Math.log(value / total)),
      0,
    );
    return entropy / Math.log(rows.length);
  });
  const spread = entropies.map((entropy) => 1 - entropy);
  needInput(
    'spread',
    spread.reduce((sum, each) => sum + each, 0),
    1e-12,
  );
  return { weights: normal(spread), entropies };
}

export interface GreyRelation {
  readonly grades: readonly number[];
  /** ξ of each value. */
  readonly coefficients: Matrix;
}

/** Grey relational grades of rows against a reference: ξ = (Δmin+ζΔmax)/(Δ+ζΔmax), ζ = 0.5 (Deng 1982). */
export function greyRelation(reference: readonly number[], rows: Matrix, zeta = 0.5): GreyRelation {
  needInput('zeta', zeta, Number.MIN_VALUE, 1);
  const gaps = rows.map((row) => {
    needInput('row length', row.length, reference.length, reference.length);
    return row.map((value, index) => Math.abs(needInput('value', value) - (reference[index] ?? 0)));
  });
  const all = gaps.flat();
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const coefficients = gaps.map((row) =>
    row.map((gap) => (most === 0 ? 1 : (least + zeta * most) / (gap + zeta * most))),
  );
  return { grades: coefficients.map((row) => row.reduce((sum, each) => sum + each, 0) / row.length), coefficients };
}

function needReciprocal(matrix: Matrix): void {
  needInput('criteria', matrix.length, 1, RANDOM.length);
  for (const [i, row] of matrix.entries()) {
    needInput('row length', row.length, matrix.length, matrix.length);
    for (const [j, value] of row.entries()) {
      needInput('comparison', value, 1 / 9 - 1e-3, 9 + 1e-9);
      needInput('reciprocal', value * (matrix[j]?.[i] ?? 0), 0.99, 1.01);
    }
  }
}

function multiply(matrix: Matrix, vector: readonly number[]): readonly number[] {
  return matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0));
}

function normal(vector: readonly number[]): readonly number[] {
  const total = vector.reduce((sum, value) => sum + value, 0);
  return vector.map((value) => value / total);
}

function columns(rows: Matrix): Matrix {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => needInput('value', row[column] ?? Number.NaN)));
}
