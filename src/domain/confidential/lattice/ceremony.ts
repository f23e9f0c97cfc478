// The key ceremony of one epoch: each node commits to its key share, then reveals it; the sum is the collective key.
import { bytesEqual, concatBytes, hex, sha256, utf8 } from '../../canonical';
import { Refusal } from '../../refusals';
import { stream } from '../shares/expand';
import { bytesOf } from './ciphertexts';
import { DEGREE, type LatticeParameters } from './parameters';
import { addResidues, multiplyResidues, subtractResidues, uniformResidues, type Residues } from './ring';

/** The common random polynomial of an epoch: derived in the open, so that no node can choose it. */
export const commonPolynomial = (epoch: string, { moduli }: LatticeParameters): Residues =>
  uniformResidues(moduli, stream('aggregora/lattice-common/1', sha256(utf8(epoch))));

/** p = e − a·s from a fresh SEAL key pair (pk0 + pk1·s is its error); all in NTT form. */
export function keyShare(pk: Residues, secret: Residues, epoch: string, parameters: LatticeParameters): Uint8Array {
  const { moduli } = parameters;
  const half = pk.length / 2;
  const error = addResidues([pk.subarray(0, half), multiplyResidues(pk.subarray(half), secret, moduli)], moduli);
  return bytesOf(
    subtractResidues(error, multiplyResidues(commonPolynomial(epoch, parameters), secret, moduli), moduli),
  );
}

/** What a node puts on record before anybody reveals: without it the last node could cancel the others' shares. */
export const keyShareCommitment = (epoch: string, node: string, share: Uint8Array): string =>
  hex(sha256(utf8(`aggregora/key-share/1|${epoch}|${node}\0`), share));

export interface RevealedShare {
  readonly node: string;
  readonly commitment: string;
  readonly share: Uint8Array;
}

/** The collective public key. Refuses KEY_SHARE_MISMATCH naming the node whose share is not the committed one, or is malformed. */
export function collectiveKey(
  epoch: string,
  revealed: readonly RevealedShare[],
  parameters: LatticeParameters,
): Uint8Array {
  const rows = revealed.map(({ node, commitment, share }) => {
    if (keyShareCommitment(epoch, node, share) !== commitment) throw new Refusal('KEY_SHARE_MISMATCH', { node });
    return sharesBelow(share, parameters, node);
  });
  // A copied share would leave its owner's contribution unknown to nobody.
  revealed.forEach(({ node, share }, at) => {
    if (revealed.slice(0, at).some((other) => bytesEqual(other.share, share)))
      throw new Refusal('KEY_SHARE_MISMATCH', { node });
  });
  return concatBytes(
    parameters.publicKeyHeader,
    bytesOf(addResidues(rows, parameters.moduli)),
    bytesOf(commonPolynomial(epoch, parameters)),
  );
}

function sharesBelow(share: Uint8Array, { moduli }: LatticeParameters, node: string): Residues {
  if (share.length !== moduli.length * DEGREE * 8)
    throw new Refusal('KEY_SHARE_MISMATCH', { node, bytes: share.length });
  const rows = new BigUint64Array(share.slice().buffer);
  if (rows.some((value, at) => value >= (moduli[Math.floor(at / DEGREE)] ?? 0n)))
    throw new Refusal('KEY_SHARE_MISMATCH', { node });
  return rows;
}
