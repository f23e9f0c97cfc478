// SEAL's library, context and tools, made once a worker: creating the context costs 430 ms.
import SEAL from 'node-seal';
import {
  CIPHERTEXT_HEADER,
  COEFFICIENT_BITS,
  DEGREE,
  PLAIN_BITS,
  SECRET_HEADER,
  type LatticeParameters,
} from '../../domain/confidential/lattice';

export type Seal = Awaited<ReturnType<typeof SEAL>>;

interface Deletable {
  readonly delete: () => void;
}

/** Runs `work` with a keeper that deletes all that was made, in reverse order, also on a throw: wasm memory has no collector. */
export function scoped<T>(work: (keep: <D extends Deletable>(made: D) => D) => T): T {
  const made: Deletable[] = [];
  try {
    return work((one) => {
      made.push(one);
      return one;
    });
  } finally {
    for (const one of made.reverse()) one.delete();
  }
}

export async function createTools() {
  const seal = await SEAL();
  const wanted = seal.EncryptionParameters(seal.SchemeType.bfv);
  wanted.setPolyModulusDegree(DEGREE);
  wanted.setCoeffModulus(seal.CoeffModulus.Create(DEGREE, Int32Array.from(COEFFICIENT_BITS)));
  wanted.setPlainModulus(seal.PlainModulus.Batching(DEGREE, PLAIN_BITS));
  const context = seal.Context(wanted, true, seal.SecurityLevel.tc128);
  if (!context.parametersSet()) throw new Error('SEAL does not accept the parameters');
  const moduli = Array.from(wanted.coeffModulus);
  const plainModulus = BigInt(wanted.plainModulus.value.toString());
  const encoder = seal.BatchEncoder(context);
  const evaluator = seal.Evaluator(context);
  return {
    seal,
    context,
    encoder,
    evaluator,
    none: seal.ComprModeType.none,
    parameters: measure(seal, context, moduli, plainModulus),
  };
}

export type Tools = Awaited<ReturnType<typeof createTools>>;

/** The constant header bytes, read off objects made here. */
function measure(
  seal: Seal,
  context: ReturnType<Seal['Context']>,
  moduli: bigint[],
  plainModulus: bigint,
): LatticeParameters {
  return scoped((keep) => {
    const generator = keep(seal.KeyGenerator(context));
    const pk = keep(generator.createPublicKey());
    const sk = keep(generator.secretKey());
    const encryptor = keep(seal.Encryptor(context, pk));
    const plain = keep(seal.PlainText({ capacity: 1, coeffCount: 1 }));
    const cipher = keep(seal.CipherText());
    encryptor.encrypt(plain, cipher);
    const head = (bytes: Uint8Array, length: number): Uint8Array => bytes.slice(0, length);
    return {
      moduli,
      plainModulus,
      cipherHeader: head(cipher.saveArray(seal.ComprModeType.none), CIPHERTEXT_HEADER),
      publicKeyHeader: head(pk.saveArray(seal.ComprModeType.none), CIPHERTEXT_HEADER),
      secretKeyHeader: head(sk.saveArray(seal.ComprModeType.none), SECRET_HEADER),
    };
  });
}
