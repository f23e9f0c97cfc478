// The third door, for overlaps: a repository's units leave hidden under an exponent that is deleted after the second round, among random points.
import { setImmediate as breathe } from 'node:timers/promises';
import { b64u, sha256, utf8 } from '../../domain/canonical';
import { overlap, questionId, signDocument, type Question, type Sign } from '../../domain/confidential';
import { unwrap, wrap } from '../../platform/wrapping';
import { SealedContribution, type ContributionInputs } from './sealed';

const keyOf = (seal: Uint8Array): Uint8Array => sha256(utf8('aggregora/overlap-wrapping/1\0'), seal);
const purposeOf = ({ question, repository }: overlap.RepositorySecret): string =>
  `overlap ${questionId(question)} ${repository}`;

type Three = readonly [Uint8Array, Uint8Array, Uint8Array];

/** Units hidden for one question, with the secret that hides them. */
export class HiddenUnits {
  readonly #list: overlap.PointList;

  private constructor(
    private readonly secret: overlap.RepositorySecret,
    list: overlap.PointList,
  ) {
    this.#list = list;
  }

  /** Hides names of units under a fresh exponent. Refuses VALUE_OUT_OF_BOUND for more than the capacity. */
  static async of(
    units: readonly string[],
    inputs: ContributionInputs,
  ): Promise<{ readonly contribution: SealedContribution; readonly hidden: HiddenUnits }> {
    const { question, repository, random } = inputs;
    const secret = { seed: random(32), question, repository };
    const list = await overlap.hiddenList(secret, units, () => breathe());
    return {
      contribution: await SealedContribution.hidden(list, secret, inputs),
      hidden: new HiddenUnits(secret, list),
    };
  }

  /** For the store, under this data end's seal: nothing else can read it. */
  stored(seal: Uint8Array): Buffer {
    return wrap(keyOf(seal), purposeOf(this.secret), overlap.writeKept(this.secret.seed, this.#list));
  }

  /** A stored one back. Throws for bytes that this data end did not store for this question. */
  static restore(bytes: Uint8Array, seal: Uint8Array, question: Question, repository: string): HiddenUnits {
    const opened = unwrap(keyOf(seal), purposeOf({ seed: new Uint8Array(), question, repository }), bytes);
    const { seed, list } = overlap.readKept(opened, question.cells);
    return new HiddenUnits({ seed, question, repository }, list);
  }

  /** The hidden list, sealed to the other repository. */
  async sealedTo(other: overlap.OverlapContribution): Promise<string> {
    return b64u(await overlap.sealedList(this.secret, this.#list, other));
  }

  /** The other's list under this exponent too, for the nodes. Refuses ENVELOPE_BROKEN, OVERLAP_LIST_*. */
  async crossed(
    other: overlap.OverlapContribution,
    envelope: Uint8Array,
    nodeKeys: Three,
    sign: Sign,
  ): Promise<{ readonly crossing: overlap.SignedCrossing; readonly sealed: readonly string[] }> {
    const { record, envelopes } = await overlap.crossed(this.secret, other, envelope, nodeKeys, () => breathe());
    const crossing = signDocument(overlap.CROSSING_TAG, record, this.secret.repository, sign);
    return { crossing, sealed: envelopes.map(b64u) };
  }
}
