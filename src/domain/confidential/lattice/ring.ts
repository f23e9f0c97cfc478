// Polynomials as rows of residues: add, multiply point by point, uniform and flooding draws. Integers only.
import { DEGREE, FLOOD_BITS } from './parameters';

/** Residues prime by prime: `moduli.length` rows of DEGREE. */
export type Residues = BigUint64Array;

/** All primes are below 2^60, so fifteen sums of sixteen fit a word before they must be reduced. */
const LAZY = 15;

/** A running sum that takes rows one at a time, so that a hundred ciphertexts need the memory of one. */
export class RunningSum {
  readonly #total: Residues;
  #pending = 0;

  constructor(
    length: number,
    private readonly moduli: readonly bigint[],
  ) {
    this.#total = new BigUint64Array(length);
  }

  /** Rows must be reduced and of the length of the sum. */
  add(rows: Residues): this {
    if (rows.length !== this.#total.length) throw new RangeError('rows of different lengths');
    addWords(this.#total, rows);
    this.#pending += 1;
    if (this.#pending === LAZY - 1) this.reduced();
    return this;
  }

  /** The sum, reduced. */
  reduced(): Residues {
    reduce(this.#total, this.moduli);
    this.#pending = 0;
    return this.#total;
  }
}

/** Σ of equally long residue rows, reduced. The rows repeat through `moduli`, so two polynomials in one array are fine. */
export const addResidues = (all: readonly Residues[], moduli: readonly bigint[]): Residues =>
  all.reduce((sum, rows) => sum.add(rows), new RunningSum(all[0]?.length ?? 0, moduli)).reduced();

function addWords(total: Residues, rows: Residues): void {
  for (let at = 0; at < total.length; at += 1) total[at] = (total[at] as bigint) + (rows[at] as bigint);
}

function reduce(rows: Residues, moduli: readonly bigint[]): void {
  for (let block = 0; block * DEGREE < rows.length; block += 1) {
    const prime = moduli[block % moduli.length] ?? 1n;
    const part = rows.subarray(block * DEGREE, (block + 1) * DEGREE);
    if (prime < NEAR && prime > NEAR - SLACK) reduceNear(part, prime);
    else for (let at = 0; at < part.length; at += 1) part[at] = (part[at] as bigint) % prime;
  }
}

const NEAR = 1n << 60n;
const SLACK = 1n << 40n;

/**
 * For primes just below 2^60 the top four bits are the quotient or one too few, so one more subtraction ends it. `asUintN`
 * keeps the engine on machine words: twelve times faster than `%`.
 */
function reduceNear(part: Residues, prime: bigint): void {
  for (let at = 0; at < part.length; at += 1) {
    const value = part[at] as bigint;
    const rest = BigInt.asUintN(64, value - BigInt.asUintN(64, BigInt.asUintN(64, value >> 60n) * prime));
    part[at] = rest >= prime ? BigInt.asUintN(64, rest - prime) : rest;
  }
}

/** a·b point by point: a product in the ring when both are in NTT form. */
export function multiplyResidues(a: Residues, b: Residues, moduli: readonly bigint[]): Residues {
  return combineRows(a, moduli, (value, at, prime) => (value * (b[at] as bigint)) % prime);
}

/** a − b. */
export function subtractResidues(a: Residues, b: Residues, moduli: readonly bigint[]): Residues {
  return combineRows(a, moduli, (value, at, prime) => (value + prime - (b[at] as bigint)) % prime);
}

function combineRows(
  a: Residues,
  moduli: readonly bigint[],
  by: (value: bigint, at: number, prime: bigint) => bigint,
): Residues {
  const out = new BigUint64Array(moduli.length * DEGREE);
  moduli.forEach((prime, row) => {
    for (let at = row * DEGREE; at < (row + 1) * DEGREE; at += 1) out[at] = by(a[at] as bigint, at, prime);
  });
  return out;
}

/** Uniform residues by rejection from 60-bit words of the stream. */
export function uniformResidues(moduli: readonly bigint[], random: (bytes: number) => Uint8Array): Residues {
  const out = new BigUint64Array(moduli.length * DEGREE);
  moduli.forEach((prime, row) => {
    const mask = (1n << BigInt(prime.toString(2).length)) - 1n;
    let at = row * DEGREE;
    while (at < (row + 1) * DEGREE) {
      for (const word of words(random, DEGREE)) {
        if ((word & mask) < prime && at < (row + 1) * DEGREE) out[at++] = word & mask;
      }
    }
  });
  return out;
}

/** One integer uniform in [−2^60, 2^60) a coefficient, as residues: drowns the key-dependent error of a node's share. */
export function floodResidues(moduli: readonly bigint[], random: (bytes: number) => Uint8Array): Residues {
  const out = new BigUint64Array(moduli.length * DEGREE);
  const half = 1n << FLOOD_BITS;
  words(random, DEGREE).forEach((word, at) => {
    const value = (word & (2n * half - 1n)) - half;
    moduli.forEach((prime, row) => {
      out[row * DEGREE + at] = ((value % prime) + prime) % prime;
    });
  });
  return out;
}

const words = (random: (bytes: number) => Uint8Array, count: number): BigUint64Array =>
  new BigUint64Array(random(count * 8).slice().buffer);
