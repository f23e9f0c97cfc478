// log(1+u) and (2/π)·arctan(u) as exact concave tables, so that a transcendental price is still the same on every machine.
import { Decimal } from 'decimal.js';
import { fromText, rational } from '../money';
import type { Knot } from './table';

const Wide = Decimal.clone({ precision: 40 });
const DECIMALS = 12;
const DOUBLINGS = 20;
const STEPS = 8n;

/** Knots u = 2^m·(1 + i/8) − 1 up to 2^20 − 1; the curve is flat after that. Concavity is checked in the spec. */
export const logTable = once(() => knots((u) => u.plus(1).ln()));
export const arctanTable = once(() => knots((u) => u.atan().times(2).div(Wide.acos(-1))));

function knots(g: (u: Decimal) => Decimal): readonly Knot[] {
  const found: Knot[] = [];
  for (let doubling = 0; doubling < DOUBLINGS; doubling += 1) {
    for (let step = 0n; step < STEPS; step += 1n) found.push(knot(2n ** BigInt(doubling) * (STEPS + step) - STEPS, g));
  }
  found.push(knot(2n ** BigInt(DOUBLINGS) * STEPS - STEPS, g));
  return found;
}

function knot(eighths: bigint, g: (u: Decimal) => Decimal): Knot {
  const value = g(new Wide(String(eighths)).div(String(STEPS)));
  return { x: rational(eighths, STEPS), g: fromText(value.toFixed(DECIMALS, Decimal.ROUND_HALF_EVEN)) };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
