// Whether a delivered question may be worked on here: signatures, keys, nodes, owners and time, from the question and the ledger only.
import { Inject, Injectable } from '@nestjs/common';
import {
  apartForOverlap,
  certificatesOf,
  checkContribution,
  checkSearcherKey,
  contributorSet,
  jsonOf,
  mustBeRegistered,
  mustBeTimely,
  overlap,
  ownerOf,
  QUESTION_TAG,
  questionId,
  readKey,
  readQuestion,
  registeredKey,
  signatureHolds,
  standingNodes,
  verifierOf,
  type Delivery,
  type Question,
  type SignedContribution,
  type Verify,
} from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import type { Keyring } from '../../wire';
import { KEYRING, LEDGER } from '../keys';
import type { OverlapParts } from './entities';
import { NODE_SETTINGS, type ComputeNodeSettings } from '../settings';

/** A question and its contributions, signed by whom they should be. */
export interface AdmittedDelivery {
  readonly question: Question;
  readonly set: readonly SignedContribution[];
  readonly verify: Verify;
  readonly registered: string;
  /** Overlap: the second round's records, checked, and the nodes' keys, which are the ledger's. */
  readonly parts: OverlapParts | null;
}

@Injectable()
export class Admission {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(NODE_SETTINGS) private readonly settings: ComputeNodeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Refuses QUESTION_MALFORMED, QUESTION_MISMATCH, QUESTION_SIGNATURE_WRONG, SEARCHER_KEY_MISMATCH, KEY_NOT_REGISTERED,
   * NODE_NOT_REGISTERED, NODES_NOT_APART, CUT_OFF_PASSED, CONTRIBUTION_*, TOO_FEW_REPOSITORIES (counted in owners), OVERLAP_*.
   */
  async admit(delivery: Delivery): Promise<AdmittedDelivery> {
    const { question: signed, contributions } = delivery;
    const question = readQuestion(jsonOf(signed.document));
    const node = this.keys.participant;
    if (!question.nodes.includes(node)) throw new Refusal('QUESTION_MISMATCH', { node });
    // The exact sum leaves no node: the value exists for builds that compare sums in memory.
    if (question.noiseScale === 'none') throw new Refusal('QUESTION_MALFORMED', { at: 'noiseScale' });
    mustBeTimely(question, this.clock.now());
    await standingNodes(this.ledger, question);
    const registered = await registeredKey(this.ledger, question.searcher);
    checkSearcherKey(question, registered);
    const verify = verifierOf(await certificatesOf(this.ledger, question, contributions));
    const holds = signatureHolds(QUESTION_TAG, { ...signed, document: jsonOf(question) }, verify);
    if (signed.by !== question.searcher || !holds)
      throw new Refusal('QUESTION_SIGNATURE_WRONG', { searcher: question.searcher });
    for (const one of contributions) checkContribution(question, one, question.cutOff, verify);
    const set = contributorSet(contributions);
    await this.enoughOwners(question, set);
    const parts = question.mode === 'overlap' ? await this.overlapOf(question, set, delivery, verify) : null;
    return { question, set, verify, registered, parts };
  }

  /** Keys and registrations again, for a computation that was admitted before. */
  async again(question: Question, contributions: readonly SignedContribution[]): Promise<Verify> {
    return verifierOf(await certificatesOf(this.ledger, question, contributions));
  }

  private async overlapOf(
    question: Question,
    set: readonly SignedContribution[],
    { crossings, nodeKeys }: Delivery,
    verify: Verify,
  ): Promise<OverlapParts> {
    const owners = await Promise.all(set.map(({ document }) => ownerOf(this.ledger, document.repository)));
    await apartForOverlap(this.ledger, question, owners);
    overlap.crossingsOf(questionId(question), overlap.overlapSet(set), crossings ?? [], verify);
    if (nodeKeys === undefined) throw new Refusal('KEY_NOT_REGISTERED', { party: question.nodes[0] });
    for (const at of [0, 1, 2] as const) await mustBeRegistered(this.ledger, question.nodes[at], readKey(nodeKeys[at]));
    return { crossings: crossings ?? [], nodeKeys };
  }

  /** One owner with three repositories is one contributor to whom the others' sum would be open. */
  private async enoughOwners(question: Question, set: readonly SignedContribution[]): Promise<void> {
    const owners = await Promise.all(set.map(({ document }) => ownerOf(this.ledger, document.repository)));
    const own = question.mode === 'overlap' ? 2 : this.settings.MIN_REPOSITORIES;
    const [count, least] = [new Set(owners).size, Math.max(question.minRepositories, own)];
    if (count < least) throw new Refusal('TOO_FEW_REPOSITORIES', { count, least });
  }
}
