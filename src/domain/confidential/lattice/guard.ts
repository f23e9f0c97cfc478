// The strict door for foreign lattice bytes: SEAL 4.1.2 aborts or hangs on some malformed ones, so none may reach it.
import { bytesEqual } from '../../canonical';
import { Refusal } from '../../refusals';
import { CIPHERTEXT_HEADER, ciphertextBytes, dataModuli, DEGREE, publicKeyBytes, type LatticeParameters } from './parameters';

/** Coefficients after the header, two polynomials one after another, prime by prime. A copy: the header's 113 bytes are odd. */
export const coefficients = (bytes: Uint8Array, from: number = CIPHERTEXT_HEADER): BigUint64Array =>
  new BigUint64Array(bytes.slice(from).buffer);

/** Every coefficient below its prime. High words decide nearly always, and cost no big integer. */
function below(bytes: Uint8Array, moduli: readonly bigint[]): boolean {
  const words = new Uint32Array(bytes.slice(CIPHERTEXT_HEADER).buffer);
  const blocks = words.length / (2 * DEGREE);
  for (let block = 0; block < blocks; block += 1) {
    const prime = moduli[block % moduli.length] ?? 0n;
    const [high, low] = [Number(prime >> 32n), Number(prime & 0xffff_ffffn)];
    for (let at = block * 2 * DEGREE; at < (block + 1) * 2 * DEGREE; at += 2) {
      const top = words[at + 1] ?? 0;
      if (top > high || (top === high && (words[at] ?? 0) >= low)) return false;
    }
  }
  return true;
}

function checked(bytes: Uint8Array, length: number, header: Uint8Array, moduli: readonly bigint[]): Uint8Array {
  if (bytes.length !== length) throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'length', bytes: bytes.length });
  if (!bytesEqual(bytes.subarray(0, CIPHERTEXT_HEADER), header)) throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'header' });
  if (!below(bytes, moduli)) throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'coefficient' });
  const second = bytes.subarray(CIPHERTEXT_HEADER + (length - CIPHERTEXT_HEADER) / 2);
  // A transparent ciphertext shows its content to everybody; SEAL throws on it, we refuse first.
  if (second.every((byte) => byte === 0)) throw new Refusal('CIPHERTEXT_MALFORMED', { why: 'transparent' });
  return bytes;
}

/** The same bytes when they are an uncompressed two-polynomial ciphertext; refuses CIPHERTEXT_MALFORMED with the reason. */
export const checkCiphertext = (bytes: Uint8Array, parameters: LatticeParameters): Uint8Array =>
  checked(bytes, ciphertextBytes(parameters), parameters.cipherHeader, dataModuli(parameters));

/** The same for a public key, which also uses the special prime. */
export const checkPublicKey = (bytes: Uint8Array, parameters: LatticeParameters): Uint8Array =>
  checked(bytes, publicKeyBytes(parameters), parameters.publicKeyHeader, parameters.moduli);
