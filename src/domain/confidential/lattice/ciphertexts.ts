// Adding ciphertexts is adding residues: public, deterministic, and the same bytes for everybody who does it.
import { concatBytes, hex, sha256 } from '../../canonical';
import { Refusal } from '../../refusals';
import { readCiphertext } from './guard';
import { dataModuli, DEGREE, type LatticeParameters } from './parameters';
import { RunningSum } from './ring';

export const bytesOf = (rows: BigUint64Array): Uint8Array =>
  new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
export const ciphertextHash = (bytes: Uint8Array): string => hex(sha256(bytes));

/** The sum, bit for bit what SEAL's evaluator gives; every input passes the guard first. Refuses CIPHERTEXT_MALFORMED. */
export function addCiphertexts(all: readonly Uint8Array[], parameters: LatticeParameters): Uint8Array {
  if (all.length === 0) throw new Refusal('TOO_FEW_REPOSITORIES', { count: 0 });
  const moduli = dataModuli(parameters);
  const sum = new RunningSum(2 * moduli.length * DEGREE, moduli);
  for (const bytes of all) sum.add(readCiphertext(bytes, parameters));
  return concatBytes(parameters.cipherHeader, bytesOf(sum.reduced()));
}

/** Adds again and compares: refuses CIPHERTEXT_HASH_MISMATCH for an input, SUM_MISMATCH for the total. */
export function verifySum(
  all: readonly Uint8Array[],
  hashes: readonly string[],
  sumHash: string,
  parameters: LatticeParameters,
): Uint8Array {
  if (all.length !== hashes.length) throw new Refusal('SUM_MISMATCH', { inputs: all.length, recorded: hashes.length });
  all.forEach((bytes, at) => {
    if (ciphertextHash(bytes) !== hashes[at]) throw new Refusal('CIPHERTEXT_HASH_MISMATCH', { at });
  });
  const sum = addCiphertexts(all, parameters);
  if (ciphertextHash(sum) !== sumHash) throw new Refusal('SUM_MISMATCH', { inputs: all.length });
  return sum;
}
