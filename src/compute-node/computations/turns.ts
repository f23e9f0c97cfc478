// An overlap at this node: what the repositories sealed to it, its turn with the two lists, and what it hands on.
import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as breathe } from 'node:timers/promises';
import { b64u, fromB64u } from '../../domain/canonical';
import {
  checkChain,
  envelopeHash,
  overlap,
  stepOf,
  type Chain,
  type EnvelopeKeys,
  type Excluded,
  type NodeSetting,
  type Verify,
} from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { HPKE } from '../keys';
import type { Computation } from './entities';

type Sealed = ReadonlyMap<string, Uint8Array>;

@Injectable()
export class Turns {
  constructor(@Inject(HPKE) private readonly hpke: EnvelopeKeys) {}

  /** Repositories whose envelope does not hold, and what the others' hold. */
  async taken(row: Computation, node: string, sealed: Sealed) {
    const { document: question } = row.question;
    const { first, second } = crossingsIn(row);
    return overlap.takenIn({ question }, placeOf(row, node), [first, second], sealed, this.hpke);
  }

  /** Three steps; at the first node, which has the lists already, all five. */
  async begin(row: Computation, setting: NodeSetting, excluded: Excluded, sealed: Sealed) {
    const begun = overlap.beginOverlap(setting, row.contributions, excluded);
    const { taken } = await this.taken(row, setting.node, sealed);
    if (taken?.pair === undefined)
      return { chain: begun.chain, set: begun.set, noise: null, output: null, state: 'NOISED' as const };
    return { set: begun.set, ...(await this.turn(row, setting, begun, taken.pair, taken.owed, sealed, undefined)) };
  }

  /**
   * The turn of the second and third node, from what the one before sealed to it. Refuses TRANSCRIPT_WRONG naming that node when
   * its chain does not hold or the lists are not those of its record.
   */
  async next(
    row: Computation,
    setting: NodeSetting,
    own: Chain,
    before: Chain,
    message: Uint8Array,
    sealed: Sealed,
    verify: Verify,
  ) {
    const at = placeOf(row, setting.node);
    const { document: question } = row.question;
    const party = question.nodes[at - 1] ?? '';
    const fail = (code: string): never => {
      throw new Refusal('TRANSCRIPT_WRONG', { code, party });
    };
    const mixed = stepOf(before, 'mixed');
    const verified = stepOf(before, 'verified')?.body.setRoot;
    if (before.node !== party || before.question !== own.question || checkChain(before, verify).length > 0)
      return fail('CHAIN_BROKEN');
    if (mixed === undefined || verified !== stepOf(own, 'verified')?.body.setRoot) return fail('SET_DIFFERS');
    if (mixed.outbound[0] !== overlap.messageHash(message)) return fail('OUTPUT_DIFFERS');
    const pair = await overlap.openedPair(question, at, message, this.hpke).catch((error: unknown) => {
      if (error instanceof Refusal) return fail(error.code);
      throw error;
    });
    if (overlap.pairHashes(pair).join() !== mixed.body.to.join()) return fail('LISTS_DIFFER');
    const { taken } = await this.taken(row, setting.node, sealed);
    if (taken === undefined) throw new Refusal('ENVELOPE_BROKEN');
    const excluded = new Set(stepOf(own, 'verified')?.body.excluded.map(({ repository }) => repository) ?? []);
    const set = row.contributions.filter(({ document }) => !excluded.has(document.repository));
    return this.turn(row, setting, { chain: own, set }, pair, taken.owed, sealed, message);
  }

  /** What an auditor under mandate gets beside the seed: the exponents that this node was owed. */
  async owed(row: Computation, node: string, sealed: Sealed): Promise<Record<string, string>> {
    const { taken } = await this.taken(row, node, sealed);
    const [first, second] = row.contributions.map(({ document }) => document.repository);
    if (taken === undefined || first === undefined || second === undefined) throw new Refusal('ENVELOPE_BROKEN');
    return { [first]: b64u(taken.owed[0]), [second]: b64u(taken.owed[1]) };
  }

  private async turn(
    row: Computation,
    setting: NodeSetting,
    begun: Parameters<typeof overlap.finishOverlap>[1],
    pair: overlap.Pair,
    owed: overlap.Owed,
    sealed: Sealed,
    message: Uint8Array | undefined,
  ) {
    const { first, second } = crossingsIn(row);
    const envelopes = [first, second].map(({ repository }) => sealed.get(repository) ?? new Uint8Array());
    const inbound = [...envelopes.map(envelopeHash), ...(message === undefined ? [] : [overlap.messageHash(message)])];
    const next = row.overlap?.nodeKeys[placeOf(row, setting.node) + 1];
    const key = next === undefined ? undefined : fromB64u(next);
    const done = await overlap.finishOverlap(setting, begun, pair, owed, inbound, key, () => breathe());
    return {
      chain: done.chain,
      noise: done.message === undefined ? null : Buffer.from(done.message),
      output: Buffer.from(JSON.stringify(done.release)),
      state: 'SEALED' as const,
    };
  }
}

function placeOf({ question: { document } }: Computation, node: string): overlap.Place {
  const at = document.nodes.indexOf(node);
  if (at !== 0 && at !== 1 && at !== 2) throw new Refusal('QUESTION_MISMATCH', { node });
  return at;
}

/** In order of the lists; admission checked them before they were stored. */
function crossingsIn({ overlap: parts, contributions }: Computation) {
  const of = (at: number): overlap.Crossing => {
    const found = parts?.crossings.find(({ document }) => document.of === contributions[at]?.document.repository);
    if (found === undefined) throw new Refusal('OVERLAP_NEEDS_TWO', { count: contributions.length });
    return found.document;
  };
  return { first: of(0), second: of(1) };
}
