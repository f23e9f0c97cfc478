// Ranges hold every value that numbers inside them can give.
import * as fc from 'fast-check';
import { rational, type Rational } from '../../safe-answers/rational';
import { add, compare, divide, multiply, subtract } from '../../safe-answers/rational';
import { around, fractions, minus, over, plus, root, solved, squared, times, type Range } from './intervals';

const number = fc.integer({ min: -400, max: 400 }).map((n) => rational(BigInt(n), 7n));
/** A range and one number in it. */
const held = fc.tuple(number, fc.nat(90), fc.integer({ min: -9, max: 9 })).map(([middle, half, at]) => {
  const width = rational(BigInt(half), 9n);
  return { range: around(middle, width), value: add(middle, multiply(width, rational(BigInt(at), 9n))) };
});

function holds(range: Range | undefined, value: Rational): boolean {
  if (!range) return true;
  const { low, high } = fractions(range);
  return compare(low, value) <= 0 && compare(value, high) <= 0;
}

test('sums, differences, products, squares and quotients of held numbers are held', () => {
  fc.assert(
    fc.property(held, held, ({ range: a, value: x }, { range: b, value: y }) => {
      const quotient = over(a, b);
      return (
        holds(plus(a, b), add(x, y)) &&
        holds(minus(a, b), subtract(x, y)) &&
        holds(times(a, b), multiply(x, y)) &&
        holds(squared(a), multiply(x, x)) &&
        (quotient === undefined || holds(quotient, divide(x, y)))
      );
    }),
  );
});

test('a divisor that may be zero has no quotient, and a root is held', () => {
  const one = around(rational(1n), rational(0n));
  expect(over(one, around(rational(1n), rational(1n)))).toBeUndefined();
  fc.assert(
    fc.property(held, ({ range, value }) => {
      const square = multiply(value, value);
      const size = value.num < 0n ? subtract(rational(0n), value) : value;
      return holds(root(squared(range)), size) && holds(squared(range), square);
    }),
  );
});

test('the solution of every system whose numbers are held is held', () => {
  const row = fc.tuple(held, held, held);
  let found = 0;
  fc.assert(
    fc.property(row, row, (first, second) => {
      const [[a, b, e], [c, d, f]] = [first.map(({ value }) => value), second.map(({ value }) => value)] as [
        [Rational, Rational, Rational],
        [Rational, Rational, Rational],
      ];
      const ranges = solved([first.map(({ range }) => range), second.map(({ range }) => range)]);
      const det = subtract(multiply(a, d), multiply(b, c));
      if (!ranges) return true;
      found += 1;
      const x = divide(subtract(multiply(e, d), multiply(b, f)), det);
      const y = divide(subtract(multiply(a, f), multiply(e, c)), det);
      return holds(ranges[0], x) && holds(ranges[1], y);
    }),
    { numRuns: 300 },
  );
  expect(found).toBeGreaterThan(30);
});
