// Exact fractions as the servers write them: `1/200`. Shown as they are, counted without rounding.

export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

/** Reads `3`, `1/200` or `0`; undefined for anything else. */
export function fraction(text: string): Fraction | undefined {
  const found = /^(\d{1,60})(?:\/([1-9]\d{0,59}))?$/.exec(text);
  return found?.[1] === undefined ? undefined : { num: BigInt(found[1]), den: BigInt(found[2] ?? '1') };
}

/** How many times `cost` fits into `left`; undefined where a text is no fraction or the cost is nothing. */
export function timesWithin(left: string, cost: string): bigint | undefined {
  const [a, b] = [fraction(left), fraction(cost)];
  if (a === undefined || b === undefined || b.num === 0n) return undefined;
  return (a.num * b.den) / (a.den * b.num);
}

/** Share of `whole` that `part` is, 0 to 1, for a bar's length only. */
export function share(part: string, whole: string): number {
  const [a, b] = [fraction(part), fraction(whole)];
  if (a === undefined || b === undefined || b.num === 0n) return 0;
  return Math.min(1, Number((a.num * b.den * 10_000n) / (a.den * b.num)) / 10_000);
}

/** The fraction as a decimal of four significant digits, for reading; the text stays what counts. */
export function roughly(text: string): string {
  const read = fraction(text);
  if (read === undefined) return text;
  return Number((Number(read.num) / Number(read.den)).toPrecision(4)).toString();
}
