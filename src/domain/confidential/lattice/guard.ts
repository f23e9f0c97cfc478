// The strict door for foreign lattice bytes: SEAL 4.1.2 aborts or hangs on some malformed ones, so none may reach it.
import { bytesEqual } from '../../canonical';
import { Refusal } from '../../refusals';
import {
  CIPHERTEXT_HEADER,
  ciphertextBytes,
  dataModuli,
  DEGREE,
  publicKeyBytes,
  type LatticeParameters,
} from './parameters';

/** Coefficients after the header, two polynomials one after another, prime by prime. A copy: the header's 113 bytes are odd. */
export const coefficients = (bytes: Uint8Array, from: number = CIPHERTEXT_HEADER): BigUint64Array =>
  new BigUint64Array(bytes.slice(from).buffer);

/** Every coefficient below its prime. High words decide nearly always, and cost no big integer. */
function below(rows: BigUint64Array, moduli: readonly bigint[]): boolean {
  const words = new Uint32Array(rows.buffer);
  for (let block = 0; block * DEGREE < rows.length; block += 1) {
    const prime = moduli[block % moduli.length] ?? 0n;
    const [high, low] = [Number(prime >> 32n), Number(prime & 0xffff_ffffn)];
    for (let at = block * 2 * DEGREE; at < (block + 1) * 2 * DEGREE; at += 2) {
      const top = words[at + 1] as number;
      if (top > high || (top === high && (words[at] as number) >= low)) return false;
    }
  }
  return true;
}

function checked(bytes: Uint8Array, length: number, header: Uint8Array, moduli: readonly bigint[]): BigUint64Array {
  if (bytes.length !== length) throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'length', bytes: bytes.length });
  if (!bytesEqual(bytes.subarray(0, CIPHERTEXT_HEADER), header))
    throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'header' });
  const rows = coefficients(bytes);
  if (!below(rows, moduli)) throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'coefficient' });
  // A transparent ciphertext shows its content to everybody; SEAL throws on it, we refuse first.
  if (rows.subarray(rows.length / 2).every((word) => word === 0n))
    throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'transparent' });
  return rows;
}

/** The coefficients of an uncompressed two-polynomial ciphertext; refuses CIPHERTEXT_MALFORMED with the reason. */
export const readCiphertext = (bytes: Uint8Array, parameters: LatticeParameters): BigUint64Array =>
  checked(bytes, ciphertextBytes(parameters), parameters.cipherHeader, dataModuli(parameters));

/** The same bytes, once they passed the same checks. */
export function checkCiphertext(bytes: Uint8Array, parameters: LatticeParameters): Uint8Array {
  readCiphertext(bytes, parameters);
  return bytes;
}

/** The same for a public key, which also uses the special prime. */
export function checkPublicKey(bytes: Uint8Array, parameters: LatticeParameters): Uint8Array {
  checked(bytes, publicKeyBytes(parameters), parameters.publicKeyHeader, parameters.moduli);
  return bytes;
}
