// The only type that may leave a data end; holding one proves that noise was added.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalBytes, readCanonical, type Json } from '../canonical';
import { Refusal } from '../refusals';
import type { GroupRow, Plan } from '../templates/plan';
import { answerCells } from './answer-cells';
import { labelOf, type LabelInputs } from './label';
import { noisyCells } from './noisy-cells';
import { unbuffered, type NoiseSource } from './pool';
import type { Random } from './random';
import { splitRho } from './split';

/** A released answer as it is stored: canonical bytes, and the tag that only a release can have made. */
export interface SealedAnswer {
  readonly bytes: Uint8Array;
  readonly tag: Uint8Array;
}

export const ANSWER_SCHEMA = 'aggregora/answer/1';

/** Anything shorter could be guessed, and with it the right to let any number out. */
const KEY_BYTES = 32;

function tagOf(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  if (key.length < KEY_BYTES) throw new RangeError('a seal key has at least 32 bytes');
  return createHmac('sha256', key).update(`${ANSWER_SCHEMA}/seal\0`).update(bytes).digest();
}

function frozen<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

export class SafeAnswer {
  /** A private name cannot be forged by a look-alike object, which `instanceof` alone would allow. */
  readonly #released = true;

  private constructor(
    /** Canonical JSON: `{schema, cells, totals?, label}`; frozen all the way down. */
    readonly body: Json,
  ) {
    frozen(body);
    Object.freeze(this);
  }

  /**
   * Noise, post-processing and label in one step; rows come in exact and nothing exact comes out.
   * `noise`: random bytes, or a filled `NoisePool` where latency may be watched.
   * Refuses KEYS_NOT_DECLARED, KEYS_TOO_MANY, RHO_NOT_POSITIVE, each before a row is read; a source that breaks its
   * contract throws a bare Error without its values.
   */
  static release(plan: Plan, rows: readonly GroupRow[], noise: Random | NoiseSource, inputs: LabelInputs): SafeAnswer {
    const columns = splitRho(plan);
    const source = typeof noise === 'function' ? unbuffered(noise) : noise;
    const { cells, totals, withheld } = answerCells(plan, noisyCells(plan, rows, columns, source), columns);
    return new SafeAnswer({
      schema: ANSWER_SCHEMA,
      cells,
      ...(totals.length > 0 ? { totals } : {}),
      label: labelOf(plan, columns, withheld, inputs),
    });
  }

  /** True only for values made here, in this process. */
  static is(value: unknown): value is SafeAnswer {
    return typeof value === 'object' && value !== null && #released in value && value.#released;
  }

  /** For the answer store: bytes and a tag under the data end's seal key (32 bytes or more). */
  sealed(key: Uint8Array): SealedAnswer {
    const bytes = canonicalBytes(this.body);
    return { bytes, tag: tagOf(bytes, key) };
  }

  /**
   * A stored answer back as the type that may leave. A database row proves nothing; the tag does: only `sealed` on a
   * released answer makes it, so whoever can write the table but not read the key cannot let a number out.
   * Refuses ANSWER_SEAL_BROKEN.
   */
  static restore({ bytes, tag }: SealedAnswer, key: Uint8Array): SafeAnswer {
    const wanted = tagOf(bytes, key);
    if (tag.length !== wanted.length || !timingSafeEqual(tag, wanted)) throw new Refusal('ANSWER_SEAL_BROKEN');
    return new SafeAnswer(readCanonical(bytes));
  }
}
