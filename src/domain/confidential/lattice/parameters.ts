// What mode H fixes once: ring, moduli, and the constant first bytes of every object under them.
import { contentId, hex, type ContentId } from '../../canonical';

/** Ring degree; also the number of slots. */
export const DEGREE = 8192;
/** Sizes of the coefficient primes; the last one is SEAL's special prime, which ciphertexts never use. */
export const COEFFICIENT_BITS = [60, 60, 60, 20] as const;
export const PLAIN_BITS = 50;

export const CIPHERTEXT_HEADER = 113;
export const SECRET_HEADER = 88;
/** 36-bit limbs that carry one 253-bit blinding, in the slots after the cells. */
export const BLINDING_LIMBS = 8;
export const LIMB_BITS = 36n;
/** Half width of the flooding noise that hides a node's key in its share: 2^60. */
export const FLOOD_BITS = 60n;

/** Made locally by the lattice worker, never received: foreign bytes are compared with these. */
export interface LatticeParameters {
  /** The three data primes and the special prime. */
  readonly moduli: readonly bigint[];
  readonly plainModulus: bigint;
  readonly cipherHeader: Uint8Array;
  readonly publicKeyHeader: Uint8Array;
  readonly secretKeyHeader: Uint8Array;
}

/** Primes of a ciphertext. */
export const dataModuli = ({ moduli }: LatticeParameters): readonly bigint[] => moduli.slice(0, -1);
export const ciphertextBytes = (parameters: LatticeParameters): number =>
  CIPHERTEXT_HEADER + 2 * dataModuli(parameters).length * DEGREE * 8;
export const publicKeyBytes = ({ moduli }: LatticeParameters): number =>
  CIPHERTEXT_HEADER + 2 * moduli.length * DEGREE * 8;

/** The name under which two parties see that they mean the same parameters. */
export const parametersId = (parameters: LatticeParameters): ContentId =>
  contentId('aggregora/lattice/1', {
    degree: DEGREE,
    moduli: parameters.moduli.map(String),
    plain: String(parameters.plainModulus),
    headers: [parameters.cipherHeader, parameters.publicKeyHeader, parameters.secretKeyHeader].map(hex),
  });
