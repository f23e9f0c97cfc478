// Residue sums stay exact through the lazy reduction, at the edges of every prime.
import { addResidues, DEGREE } from '.';

const moduli = [1152921504606683137n, 1152921504606748673n, 1152921504606830593n, 1032193n];

test.each([1, 2, 13, 14, 15, 16, 31, 100])('%i largest residues add up modulo each prime', (count) => {
  const rows = new BigUint64Array(moduli.length * DEGREE);
  rows.forEach((_, at) => {
    const prime = moduli[Math.floor(at / DEGREE)] ?? 1n;
    rows[at] = [prime - 1n, 0n, 1n, prime / 2n][at % 4] ?? 0n;
  });
  const sum = addResidues(new Array<BigUint64Array>(count).fill(rows), moduli);
  for (const at of [0, 1, 2, 3, DEGREE, 2 * DEGREE + 3, 3 * DEGREE, 4 * DEGREE - 1]) {
    expect(sum[at]).toBe((BigInt(count) * (rows[at] ?? 0n)) % (moduli[Math.floor(at / DEGREE)] ?? 1n));
  }
});
