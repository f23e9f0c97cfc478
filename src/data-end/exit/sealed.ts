// The second door, for confidential questions: what passes is committed, shared or encrypted, and made here from the exact cells.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { b64u, canonicalBytes, fromB64u, readCanonical, type Json } from '../../domain/canonical';
import {
  commit,
  contribute,
  CONTRIBUTION_TAG,
  large,
  lattice,
  overlap,
  questionId,
  randomScalar,
  signDocument,
  writePoint,
  type Question,
  type Sign,
  type SignedContribution,
} from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { keep, purposeOf } from './kept';

type Three<T> = readonly [T, T, T];
type Random = (bytes: number) => Uint8Array;

/** Encrypts slots under the nodes' collective key; behind a wall, in a worker. */
export type Encrypt = (publicKey: Uint8Array, slots: BigInt64Array) => Promise<Uint8Array>;

export interface ContributionInputs {
  readonly question: Question;
  readonly repository: string;
  readonly random: Random;
  readonly sign: Sign;
}

/** A contribution as it is stored, with the tag that only this data end can have made. */
export interface StoredContribution {
  readonly bytes: Uint8Array;
  readonly tag: Uint8Array;
}

const LIMIT = 16 * 1_048_576;

const tagOf = (bytes: Uint8Array, key: Uint8Array): Buffer => {
  if (key.length < 32) throw new RangeError('a seal key has at least 32 bytes');
  return createHmac('sha256', key).update('aggregora/sealed-contribution/1\0').update(bytes).digest();
};

/**
 * A repository's contribution: the signed public record and what is sealed to the nodes. Exact cells go in and stay here:
 * two of three shares, or a ciphertext whose key no single party holds, say nothing about them.
 */
export class SealedContribution {
  readonly #made = true;

  private constructor(
    readonly record: SignedContribution,
    /** Three envelopes in the question's order of nodes, or one ciphertext. */
    readonly sealed: readonly Uint8Array[],
  ) {
    Object.freeze(this);
  }

  /** Shares, commits and seals (mode S). Refuses VALUE_OUT_OF_BOUND, QUESTION_MALFORMED, ENVELOPE_BROKEN. */
  static async shares(
    cells: readonly bigint[],
    nodeKeys: Three<Uint8Array>,
    { question, repository, random, sign }: ContributionInputs,
  ): Promise<SealedContribution> {
    const { record, envelopes } = await contribute(question, repository, cells, nodeKeys, random);
    return new SealedContribution(signDocument(CONTRIBUTION_TAG, record, repository, sign), envelopes);
  }

  /**
   * Shares modulo 2^64 and seals (large form); `kept` is what the second round needs, wrapped under `seal`.
   * Refuses VALUE_OUT_OF_BOUND, QUESTION_MALFORMED, ENVELOPE_BROKEN.
   */
  static async large(
    cells: BigInt64Array,
    nodeKeys: Three<Uint8Array>,
    { question, repository, random, sign }: ContributionInputs,
    seal: Uint8Array,
  ): Promise<{ readonly contribution: SealedContribution; readonly kept: Uint8Array }> {
    const made = await large.contributeLarge(question, repository, cells, nodeKeys, random);
    const record = signDocument(CONTRIBUTION_TAG, made.record, repository, sign);
    const kept = keep(cells, made.shares, purposeOf(made.record.question, repository), seal);
    return { contribution: new SealedContribution(record, made.envelopes), kept };
  }

  /** Commits and encrypts under the collective key (mode H). Refuses VALUE_OUT_OF_BOUND, QUESTION_MALFORMED, SEAL_WORKER_LOST. */
  static async deposit(
    cells: readonly bigint[],
    collectiveKey: Uint8Array,
    encrypt: Encrypt,
    { question, repository, random, sign }: ContributionInputs,
  ): Promise<SealedContribution> {
    if (cells.length !== question.cells) throw new Refusal('QUESTION_MALFORMED', { cells: cells.length });
    const bound = BigInt(question.bound);
    if (cells.some((cell) => cell > bound || cell < -bound)) throw new Refusal('VALUE_OUT_OF_BOUND');
    const opening = { cells, blinding: randomScalar(random) };
    const ciphertext = await encrypt(collectiveKey, lattice.toSlots(opening));
    const record = {
      schema: 'aggregora/deposit/1',
      question: questionId(question),
      repository,
      commitment: writePoint(commit(opening)),
      ciphertext: lattice.ciphertextHash(ciphertext),
    } as const;
    return new SealedContribution(signDocument(CONTRIBUTION_TAG, record, repository, sign), [ciphertext]);
  }

  /** The record of hidden units (overlap); what goes to the other repository and to the nodes leaves by `HiddenUnits`. */
  static async hidden(
    list: overlap.PointList,
    secret: overlap.RepositorySecret,
    { repository, sign }: ContributionInputs,
  ): Promise<SealedContribution> {
    const record = await overlap.overlapContribution(secret, list);
    return new SealedContribution(signDocument(CONTRIBUTION_TAG, record, repository, sign), []);
  }

  /** True only for values made here, in this process. */
  static is(value: unknown): value is SealedContribution {
    return typeof value === 'object' && value !== null && #made in value && value.#made;
  }

  /** For the contribution store. */
  stored(key: Uint8Array): StoredContribution {
    const bytes = canonicalBytes({ record: this.record as unknown as Json, sealed: this.sealed.map(b64u) }, LIMIT);
    return { bytes, tag: tagOf(bytes, key) };
  }

  /** A stored one back. A row proves nothing, the tag does. Refuses SEALED_ANSWER_BROKEN. */
  static restore({ bytes, tag }: StoredContribution, key: Uint8Array): SealedContribution {
    const wanted = tagOf(bytes, key);
    if (tag.length !== wanted.length || !timingSafeEqual(tag, wanted)) throw new Refusal('SEALED_ANSWER_BROKEN');
    const { record, sealed } = readCanonical(bytes, LIMIT) as unknown as {
      record: SignedContribution;
      sealed: readonly string[];
    };
    return new SealedContribution(
      record,
      sealed.map((text) => fromB64u(text)),
    );
  }
}

/** The record and what is sealed, as text for the wire. Anything else is a bug and stops the question. */
export function letOutSealed(contribution: SealedContribution): {
  readonly contribution: SignedContribution;
  readonly sealed: readonly string[];
} {
  if (!SealedContribution.is(contribution)) throw new Error('Only a SealedContribution may leave by this door.');
  return { contribution: contribution.record, sealed: contribution.sealed.map(b64u) };
}
