// Cells of a large question between contribution and fingerprint: wrapped at rest, and one number is all that comes out of them.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { concatBytes, sha256, utf8 } from '../../domain/canonical';
import { large, signDocument, type Question, type Sign } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';

const SEED = 32;
const NONCE = 12;
const TAG = 16;

/** Of the data end's seal: what tags contributions encrypts nothing. */
const keyOf = (seal: Uint8Array): Uint8Array => {
  if (seal.length < 32) throw new RangeError('a seal key has at least 32 bytes');
  return sha256(utf8('aggregora/kept-cells/1\0'), seal);
};

/** AES-256-GCM: random 96-bit nonce ‖ tag ‖ three seeds and the cells, bound to question and repository. */
export function keep(
  cells: BigInt64Array,
  shares: readonly large.LargeShare[],
  purpose: string,
  seal: Uint8Array,
): Uint8Array {
  const secret = concatBytes(
    ...shares.map(({ seed }) => seed),
    new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength),
  );
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyOf(seal), nonce).setAAD(utf8(purpose));
  const body = cipher.update(secret);
  cipher.final();
  return concatBytes(nonce, cipher.getAuthTag(), body);
}

export const purposeOf = (question: string, repository: string): string => `cells ${question} ${repository}`;

/**
 * The repository's signed fingerprint under the challenge of `beacon` (`large.beaconOf`). The caller answers one beacon a question.
 * Refuses SEALED_ANSWER_BROKEN for bytes that this data end did not wrap for this question and repository.
 */
export function letOutFingerprint(
  kept: Uint8Array,
  seal: Uint8Array,
  {
    question,
    name,
    repository,
    beacon,
    sign,
  }: {
    readonly question: Question;
    /** questionId of it. */
    readonly name: string;
    readonly repository: string;
    readonly beacon: string;
    readonly sign: Sign;
  },
): large.SignedFingerprint {
  const secret = unwrapped(kept, seal, purposeOf(name, repository));
  const seeds = [0, 1, 2].map((at) => secret.slice(at * SEED, (at + 1) * SEED));
  const cells = new BigInt64Array(secret.slice(3 * SEED).buffer);
  const said = large.partFingerprint(question, repository, beacon, cells, seeds);
  return signDocument(large.FINGERPRINT_TAG, said, repository, sign);
}

function unwrapped(kept: Uint8Array, seal: Uint8Array, purpose: string): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(seal), kept.subarray(0, NONCE)).setAAD(utf8(purpose));
  decipher.setAuthTag(kept.subarray(NONCE, NONCE + TAG));
  try {
    const secret = decipher.update(kept.subarray(NONCE + TAG));
    decipher.final();
    return new Uint8Array(secret);
  } catch {
    throw new Refusal('SEALED_ANSWER_BROKEN');
  }
}
