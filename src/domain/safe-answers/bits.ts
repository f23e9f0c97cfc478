// How long a big integer is in bits.

export const BITS_OF_BYTE = 8;

/** The number of binary digits of n ≥ 0; 0 for 0n. */
export function bitLength(n: bigint): number {
  if (n <= 0xffff_ffffn) return 32 - Math.clz32(Number(n));
  const digits = n.toString(16);
  return digits.length * 4 + 28 - Math.clz32(parseInt(digits.charAt(0), 16));
}
