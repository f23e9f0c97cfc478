// Key switch of a sum to the searcher's key: the parts that need no SEAL, and the rule that a node answers one sum only.
import { concatBytes, sha256, utf8 } from '../../canonical';
import { Refusal } from '../../refusals';
import { bytesOf } from './ciphertexts';
import { readCiphertext } from './guard';
import { dataModuli, type LatticeParameters } from './parameters';
import { addResidues } from './ring';

/** The flooding seed of one sum: the same sum always gets the same flooding, so asking twice averages nothing away. */
export const floodSeed = (nodeSecret: Uint8Array, sumHash: string): Uint8Array =>
  sha256(utf8(`aggregora/flood/1|${sumHash}\0`), nodeSecret);

/** Refuses SHARE_GIVEN_ONCE when this node already answered another sum of the same question. */
export function onlyOnce(given: string | undefined, sumHash: string): void {
  if (given !== undefined && given !== sumHash) throw new Refusal('SHARE_GIVEN_ONCE');
}

/**
 * The sum under the searcher's own key: (c0 + Σ share0, Σ share1). Needs all three shares; with two the first polynomial
 * still hides under the third node's key. Refuses CIPHERTEXT_MALFORMED.
 */
export function switchedSum(
  sum: Uint8Array,
  shares: readonly [Uint8Array, Uint8Array, Uint8Array],
  parameters: LatticeParameters,
): Uint8Array {
  const moduli = dataModuli(parameters);
  const first = readCiphertext(sum, parameters);
  first.fill(0n, first.length / 2);
  const rows = shares.map((share) => readCiphertext(share, parameters));
  return concatBytes(parameters.cipherHeader, bytesOf(addResidues([first, ...rows], moduli)));
}
