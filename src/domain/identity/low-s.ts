// ECDSA has two valid signatures for every statement, (r, s) and (r, n − s); only the lower s is a signature here.
import { concatBytes, fromHex, hex } from '../canonical';

/** Order of P-256 (SEC 2 §2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** True when the second half of raw r‖s (64 bytes) is at most n/2. */
export function isLowS(signature: Uint8Array): boolean {
  return scalar(signature) <= ORDER / 2n;
}

/** The low-S twin of a raw r‖s signature; both verify, one is canonical. */
export function toLowS(signature: Uint8Array): Uint8Array {
  if (isLowS(signature)) return signature;
  const low = (ORDER - scalar(signature)).toString(16).padStart(64, '0');
  return concatBytes(signature.subarray(0, 32), fromHex(low));
}

function scalar(signature: Uint8Array): bigint {
  return BigInt(`0x${hex(signature.subarray(32))}`);
}
