// Small symmetric systems in exact fractions: solved only where they are positive definite, so that noise cannot turn a step around.
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

export type Vector = readonly Rational[];
export type Matrix = readonly Vector[];

const one = rational(1n);
export const size = (value: Rational): Rational => (value.num < 0n ? { num: -value.num, den: value.den } : value);
export const scaled = (by: Rational, vector: Vector): Vector => vector.map((value) => multiply(by, value));
export const plus = (a: Vector, b: Vector): Vector => a.map((value, at) => add(value, b[at] ?? zero));
export const minus = (a: Vector, b: Vector): Vector => a.map((value, at) => subtract(value, b[at] ?? zero));
export const dot = (a: Vector, b: Vector): Rational => sumOf(a.map((value, at) => multiply(value, b[at] ?? zero)));
export const apply = (matrix: Matrix, vector: Vector): Vector => matrix.map((row) => dot(row, vector));
export const sizes = (matrix: Matrix): Matrix => matrix.map((row) => row.map(size));
export const largest = (vector: Vector): Rational => vector.reduce((a, b) => (compare(a, b) < 0 ? b : a), zero);

/** The matrix with something added on its diagonal. */
export const raised = (matrix: Matrix, by: Rational): Matrix =>
  matrix.map((row, i) => row.map((value, j) => (i === j ? add(value, by) : value)));

/** The inverse; undefined unless every pivot is above zero (Sylvester: the matrix is positive definite). */
export function inverse(matrix: Matrix): Matrix | undefined {
  const count = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? one : zero))]);
  for (let at = 0; at < count; at += 1) {
    const row = rows[at] ?? [];
    const pivot = row[at] ?? zero;
    if (pivot.num <= 0n) return undefined;
    const unit = row.map((value) => divide(value, pivot));
    rows[at] = unit;
    rows.forEach((other, index) => {
      const by = other[at] ?? zero;
      if (index !== at && by.num !== 0n)
        rows[index] = other.map((value, column) => subtract(value, multiply(by, unit[column] ?? zero)));
    });
  }
  return rows.map((row) => row.slice(count));
}
