// Whether a confidential question may have this repository's part: decided from documents and ledger, before any data are touched.
import { Inject, Injectable } from '@nestjs/common';
import { readCanonical, utf8, type JsonObject } from '../../domain/canonical';
import {
  AskedConfidentially,
  checkSearcherKey,
  demandsOf,
  jsonOf,
  mustBeRegistered,
  mustBeTimely,
  mustMeet,
  partyOf,
  questionId,
  QUESTION_TAG,
  readKey,
  readQuestion,
  registeredKey,
  signatureHolds,
  standingNodes,
  verifierOf,
  type ContributionOrder,
  type Demands,
  type Question,
} from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { needPaidWay } from '../../domain/permits';
import type { Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { sumsPlan } from '../../domain/templates';
import type { SumsPlan } from '../../domain/templates/plan';
import { CLOCK, type Clock } from '../../platform/clock';
import type { Caller } from '../../platform/tokens/caller';
import { isRelay } from '../intake/arrivals';
import { Gate, type Admitted } from '../intake/gate';
import { LEDGER } from '../witness';

/** A confidential question that may run here. */
export interface AdmittedQuestion {
  readonly question: Question;
  readonly admitted: Admitted<SumsPlan>;
  readonly demands: Demands;
}

@Injectable()
export class Checking {
  constructor(
    private readonly gate: Gate,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Refuses all that the clear gate refuses, and: QUESTION_MISMATCH, QUESTION_MALFORMED, QUESTION_SIGNATURE_WRONG,
   * CUT_OFF_PASSED, SEARCHER_KEY_MISMATCH, KEY_NOT_REGISTERED, NODE_NOT_REGISTERED, NODES_NOT_APART, PLAN_NOT_LINEAR.
   */
  async admit(request: Request, order: ContributionOrder, caller: Caller): Promise<AdmittedQuestion> {
    const now = this.clock.now();
    const parameters = confidentialParameters(request, order);
    const question = await this.question(order, request.from, now);
    const admitted = await this.gate.admitAs(sumsPlan, { ...request, mode: 'clear', parameters }, now);
    needPaidWay(admitted.permit, isRelay(caller) ? 'relayed' : 'direct');
    const demands = demandsOf(admitted.plan);
    mustMeet(question, demands);
    return { question, admitted, demands };
  }

  /** The nodes' raw HPKE keys, each checked against the ledger. Refuses KEY_NOT_REGISTERED. */
  async nodeKeys(
    question: Question,
    order: Pick<ContributionOrder, 'nodeKeys'>,
  ): Promise<readonly [Uint8Array, Uint8Array, Uint8Array]> {
    const given = order.nodeKeys;
    if (given === undefined) throw new Refusal('KEY_NOT_REGISTERED', { party: question.nodes[0] });
    const key = (at: 0 | 1 | 2) => mustBeRegistered(this.ledger, question.nodes[at], readKey(given[at]));
    return [await key(0), await key(1), await key(2)];
  }

  private async question({ question: signed }: ContributionOrder, from: string, now: number): Promise<Question> {
    const question = readQuestion(jsonOf(signed.document));
    const { searcher, cutOff } = question;
    const { certificate } = await partyOf(this.ledger, searcher);
    const verify = verifierOf(new Map([[searcher, certificate]]));
    const holds = signatureHolds(QUESTION_TAG, { ...signed, document: jsonOf(question) }, verify);
    if (searcher !== from || signed.by !== searcher || !holds)
      throw new Refusal('QUESTION_SIGNATURE_WRONG', { searcher });
    mustBeTimely(question, now);
    if (now > cutOff) throw new Refusal('CUT_OFF_PASSED', { cutOff });
    checkSearcherKey(question, await registeredKey(this.ledger, searcher));
    await standingNodes(this.ledger, question);
    return question;
  }
}

/** The parameters of a request that names this very question. Refuses MODE_NOT_OFFERED, QUESTION_MISMATCH. */
function confidentialParameters(request: Request, { question }: ContributionOrder): JsonObject {
  if (request.mode !== 'sealed') throw new Refusal('MODE_NOT_OFFERED', { mode: request.mode });
  const read = AskedConfidentially.safeParse(readText(request.parameters));
  if (!read.success) throw new Refusal('MODE_NOT_OFFERED', { mode: request.mode });
  if (read.data.question !== questionId(question.document))
    throw new Refusal('QUESTION_MISMATCH', { xid: request.xid });
  return read.data.parameters;
}

function readText(text: string): unknown {
  try {
    return readCanonical(utf8(text));
  } catch {
    return undefined;
  }
}
