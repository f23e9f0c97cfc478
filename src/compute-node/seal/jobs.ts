// What the lattice worker can do. Foreign bytes pass the guard before SEAL sees them; every SEAL object is deleted.
import {
  bytesOf,
  checkCiphertext,
  checkPublicKey,
  coefficients,
  dataModuli,
  DEGREE,
  addResidues,
  floodResidues,
  keyShare,
  multiplyResidues,
  SECRET_HEADER,
} from '../../domain/confidential/lattice';
import { stream } from '../../domain/confidential/shares/expand';
import { concatBytes } from '../../domain/canonical';
import { scoped, type Tools } from './context';

/** A node's key for one epoch: the secret stays with it, the share is revealed after the commitment. */
function nodeKey(tools: Tools, epoch: string): { secret: Uint8Array; share: Uint8Array } {
  return scoped((keep) => {
    const generator = keep(tools.seal.KeyGenerator(tools.context));
    const secret = keep(generator.secretKey()).saveArray(tools.none);
    const pk = keep(generator.createPublicKey()).saveArray(tools.none);
    return { secret, share: keyShare(coefficients(pk), coefficients(secret, SECRET_HEADER), epoch, tools.parameters) };
  });
}

function searcherKey(tools: Tools): { secret: Uint8Array; publicKey: Uint8Array } {
  return scoped((keep) => {
    const generator = keep(tools.seal.KeyGenerator(tools.context));
    return {
      secret: keep(generator.secretKey()).saveArray(tools.none),
      publicKey: keep(generator.createPublicKey()).saveArray(tools.none),
    };
  });
}

/** A fresh ciphertext of signed slot values under a (collective or searcher's) public key. */
function encrypt(tools: Tools, publicKey: Uint8Array, slots: BigInt64Array): Uint8Array {
  return scoped((keep) => {
    const pk = keep(tools.seal.PublicKey());
    pk.loadArray(tools.context, checkPublicKey(publicKey, tools.parameters));
    const encryptor = keep(tools.seal.Encryptor(tools.context, pk));
    const plain = keep(tools.seal.PlainText());
    tools.encoder.encode(slots, plain);
    const cipher = keep(tools.seal.CipherText());
    encryptor.encrypt(plain, cipher);
    return cipher.saveArray(tools.none);
  });
}

/** Signed slot values of a ciphertext under the searcher's own secret key. */
function decrypt(tools: Tools, secret: Uint8Array, ciphertext: Uint8Array): BigInt64Array {
  return scoped((keep) => {
    const sk = keep(tools.seal.SecretKey());
    sk.loadArray(tools.context, secret);
    const cipher = keep(tools.seal.CipherText());
    cipher.loadArray(tools.context, checkCiphertext(ciphertext, tools.parameters));
    const plain = keep(tools.seal.PlainText());
    keep(tools.seal.Decryptor(tools.context, sk)).decrypt(cipher, plain);
    return tools.encoder.decodeBigInt(plain, true) as BigInt64Array;
  });
}

/** SEAL's own addition: the cross-check of the public one. */
function add(tools: Tools, all: readonly Uint8Array[]): Uint8Array {
  return scoped((keep) => {
    const total = keep(tools.seal.CipherText());
    all.forEach((bytes, at) => {
      const one = at === 0 ? total : keep(tools.seal.CipherText());
      one.loadArray(tools.context, checkCiphertext(bytes, tools.parameters));
      if (at > 0) tools.evaluator.add(total, one, total);
    });
    return total.saveArray(tools.none);
  });
}

/** Guard, then SEAL's own loader: what a compute node does with every deposited ciphertext. */
function accept(tools: Tools, ciphertext: Uint8Array): true {
  return scoped((keep) => {
    keep(tools.seal.CipherText()).loadArray(tools.context, checkCiphertext(ciphertext, tools.parameters));
    return true;
  });
}

/** secret·c1 in coefficient form: SEAL transforms, the product is ours. */
function secretTimes(tools: Tools, secret: Uint8Array, sum: Uint8Array): BigUint64Array {
  const moduli = dataModuli(tools.parameters);
  const half = moduli.length * DEGREE;
  return scoped((keep) => {
    const c1 = coefficients(sum).slice(half);
    const cipher = keep(tools.seal.CipherText());
    // The same polynomial twice, so that no intermediate ciphertext is transparent.
    cipher.loadArray(tools.context, concatBytes(tools.parameters.cipherHeader, bytesOf(c1), bytesOf(c1)));
    tools.evaluator.cipherTransformToNtt(cipher, cipher);
    const saved = cipher.saveArray(tools.none);
    const head = saved.slice(0, tools.parameters.cipherHeader.length);
    const product = bytesOf(multiplyResidues(coefficients(saved), coefficients(secret, SECRET_HEADER), moduli));
    cipher.loadArray(tools.context, concatBytes(head, product, product));
    tools.evaluator.cipherTransformFromNtt(cipher, cipher);
    return coefficients(cipher.saveArray(tools.none)).slice(0, half);
  });
}

/**
 * A node's share of the key switch (Mouchet et al. 2021, public key switching): secret·c1 + flooding of 2^60, and a fresh
 * encryption of zero under the searcher's key. `flood` is the seed bound to this sum.
 */
function switchShare(
  tools: Tools,
  secret: Uint8Array,
  sum: Uint8Array,
  searcherKey: Uint8Array,
  flood: Uint8Array,
): Uint8Array {
  const moduli = dataModuli(tools.parameters);
  const half = moduli.length * DEGREE;
  const part = secretTimes(tools, secret, checkCiphertext(sum, tools.parameters));
  const zero = coefficients(encrypt(tools, searcherKey, new BigInt64Array(DEGREE)));
  const noise = floodResidues(moduli, stream('aggregora/flood-stream/1', flood));
  const first = addResidues([part, noise, zero.subarray(0, half)], moduli);
  return concatBytes(tools.parameters.cipherHeader, bytesOf(first), bytesOf(zero.slice(half)));
}

/** Invariant noise budget in bits, for tests and benchmarks only: never told to outsiders. */
function budget(tools: Tools, secret: Uint8Array, ciphertext: Uint8Array): number {
  return scoped((keep) => {
    const sk = keep(tools.seal.SecretKey());
    sk.loadArray(tools.context, secret);
    const cipher = keep(tools.seal.CipherText());
    cipher.loadArray(tools.context, checkCiphertext(ciphertext, tools.parameters));
    return keep(tools.seal.Decryptor(tools.context, sk)).invariantNoiseBudget(cipher);
  });
}

export const jobs = {
  parameters: (tools: Tools) => tools.parameters,
  nodeKey,
  searcherKey,
  encrypt,
  decrypt,
  add,
  accept,
  switchShare,
  budget,
};

export type Jobs = typeof jobs;
