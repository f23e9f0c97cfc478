// Σ scalar·point by signed buckets over only as many windows as the longest scalar has (Pippenger, bounded).
import { addExtended, addPrepared, doubled, prepare, toPoint, ZERO, type Extended, type Prepared } from './edwards';
import { IDENTITY, ORDER, type Point } from './group';
import { centred, mod } from './scalars';

const bitsOf = (values: readonly bigint[]): number => values.reduce((all, value) => all | value, 0n).toString(2).length;

/** Window width by cost: windows · (terms + buckets) additions. */
function widthFor(terms: number, bits: number): number {
  let [best, cheapest] = [1, Infinity];
  for (let width = 2; width <= 13; width += 1) {
    const cost = Math.ceil((bits + 1) / width) * (terms + 2 ** width);
    if (cost < cheapest) [best, cheapest] = [width, cost];
  }
  return best;
}

/** Digits in (−2^(width−1), 2^(width−1)], lowest first: half as many buckets as unsigned ones, and no carry leaves the top. */
function digits(size: bigint, width: number, count: number): Int32Array {
  const out = new Int32Array(count);
  const base = 2 ** width;
  const text = size.toString(2).padStart(count * width, '0');
  let carry = 0;
  for (let at = 0; at < count; at += 1) {
    const end = text.length - at * width;
    let digit = parseInt(text.slice(end - width, end), 2) + carry;
    carry = digit > base / 2 ? 1 : 0;
    if (carry === 1) digit -= base;
    out[at] = digit;
  }
  return out;
}

/** Σ (index + 1)·bucket by running sums. */
function gather(buckets: readonly (Extended | undefined)[]): Extended {
  let [running, total]: [Extended | undefined, Extended | undefined] = [undefined, undefined];
  for (let at = buckets.length - 1; at >= 0; at -= 1) {
    const bucket = buckets[at];
    if (bucket) running = running ? addExtended(running, bucket) : bucket;
    if (running) total = total ? addExtended(total, running) : running;
  }
  return total ?? ZERO;
}

/**
 * Σ scalars[i]·points[i]. Scalars are any integers; they are reduced and centred, so small negative ones stay cheap.
 * Not constant time: run it where nobody untrusted can time it.
 */
export function multiScalar(points: readonly Point[], scalars: readonly bigint[]): Point {
  const signed = scalars.map((value) => (value >= 0n && value < ORDER ? centred(value) : centred(mod(value))));
  const sizes = signed.map((value) => (value < 0n ? -value : value));
  const bits = bitsOf(sizes);
  if (bits === 1 && sizes.every((value) => value === 0n)) return IDENTITY;
  const width = widthFor(points.length, bits);
  const windows = Math.ceil((bits + 1) / width);
  const table = points.map(prepare);
  return toPoint(
    sumWindows(
      table,
      signed,
      sizes.map((size) => digits(size, width, windows)),
      width,
      windows,
    ),
  );
}

function sumWindows(
  table: readonly Prepared[],
  signed: readonly bigint[],
  parts: readonly Int32Array[],
  width: number,
  windows: number,
): Extended {
  let total = ZERO;
  for (let window = windows - 1; window >= 0; window -= 1) {
    if (window < windows - 1) for (let bit = 0; bit < width; bit += 1) total = doubled(total);
    const buckets: (Extended | undefined)[] = new Array<Extended | undefined>(2 ** (width - 1)).fill(undefined);
    table.forEach((point, at) => {
      const digit = parts[at]?.[window] ?? 0;
      if (digit === 0) return;
      const slot = Math.abs(digit) - 1;
      buckets[slot] = addPrepared(buckets[slot] ?? ZERO, point, digit < 0 !== (signed[at] ?? 0n) < 0n);
    });
    total = addExtended(total, gather(buckets));
  }
  return total;
}
