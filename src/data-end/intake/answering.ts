// From a kept request to its signed answer. Every "no" before the run is free; after the run began, the cost stands.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { b64u, type Json } from '../../domain/canonical';
import type { Decision } from '../../domain/permits';
import { type AnswerFields, makeAnswer, type Message, mustHaveCredit, type Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import type { SafeAnswer } from '../../domain/safe-answers';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import { Budgets, type Charge } from '../budgets/budgets';
import { letOut } from '../exit/exit';
import { ENGINE, KEYRING, type Keyring } from '../keys';
import { Runner } from '../runner/runner';
import { StoredAnswers } from '../runner/stored-answers';
import { accounts, chargesFor } from './charges';
import { Gate, type Admitted } from './gate';
import { answerIn, Exchanges } from './store';

@Injectable()
export class Answering {
  constructor(
    private readonly database: DataSource,
    private readonly exchanges: Exchanges,
    private readonly gate: Gate,
    private readonly budgets: Budgets,
    private readonly runner: Runner,
    private readonly stored: StoredAnswers,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** The one answer to this request; made now, or by whoever was faster. */
  async answer(request: Request, requestBytes: Uint8Array): Promise<Message> {
    const receivedAt = this.clock.now();
    let admitted: Admitted | undefined;
    try {
      mustHaveCredit(await this.exchanges.unacknowledged(this.database.manager, request.from));
      admitted = await this.gate.admit(request, receivedAt);
      await this.exchanges.decided(this.database.manager, request.xid, admitted.decision);
      const safe = await this.safeAnswer(request, admitted);
      const left = await this.leftFor(admitted);
      return await this.sign(
        request,
        requestBytes,
        { status: 'ANSWERED', permit: admitted.decision, answer: letOut(safe), left },
        receivedAt,
      );
    } catch (error) {
      // Before the run a ledger that is down decides nothing: no answer is signed, and the same request may come again.
      if (!(error instanceof Refusal) || error.code === 'LEDGER_DOWN') throw error;
      return this.sign(request, requestBytes, refusedWith(error, admitted?.decision), receivedAt);
    }
  }

  private async safeAnswer(request: Request, admitted: Admitted): Promise<SafeAnswer> {
    const kept = await this.stored.find(admitted.question);
    if (kept !== undefined) return kept; // A repeat is free for everybody.
    return this.stored.once(admitted.question, async () => {
      const { xid } = request;
      const charges = chargesFor(admitted.permit, admitted.caps, admitted.plan.privacy.rho);
      await this.reserve(xid, charges);
      return this.runner.run(xid, admitted);
    });
  }

  /** Refuses as `Budgets.reserve`. Holds that a broken run left behind are captured at once: no other run of this xid will come to settle them. */
  private async reserve(xid: string, charges: readonly Charge[]): Promise<void> {
    try {
      await this.database.transaction((tx) => this.budgets.reserve(tx, xid, charges, this.clock.now()));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'RUN_FAILED')
        await this.database.transaction((tx) => this.budgets.capture(tx, xid, this.clock.now()));
      throw error;
    }
  }

  private async leftFor({ permit, caps }: Admitted): Promise<Json> {
    const { repository, searcher, id, rho, quota } = permit;
    const left = (account: string, cap: string) => this.budgets.left(this.database.manager, account, cap);
    return {
      rho: await left(accounts.searcher(repository, searcher), caps.perSearcher),
      permitRho: await left(accounts.permitRho(id), rho),
      questions: await left(accounts.permitQuota(id), String(quota)),
    };
  }

  private async sign(
    request: Request,
    requestBytes: Uint8Array,
    outcome: Outcome,
    receivedAt: number,
  ): Promise<Message> {
    const answeredAt = this.clock.now();
    const fields = {
      ...outcome,
      engine: ENGINE,
      timing: { receivedAt, answeredAt },
      salt: b64u(this.random(32)),
    } as AnswerFields;
    const answer = makeAnswer(fields, requestBytes, this.keys.receipt);
    const { manager } = this.database;
    await this.exchanges.answered(manager, request.xid, answer, outcome.status, answeredAt);
    const first = answerIn(await this.exchanges.one(manager, request.xid));
    if (first === undefined) throw new Error('An answer was kept and is not there.');
    return first;
  }
}

type Outcome =
  | { readonly status: 'ANSWERED'; readonly permit: Decision; readonly answer: Json; readonly left: Json }
  | {
      readonly status: 'REFUSED';
      readonly permit: Decision | null;
      readonly answer: { readonly code: string };
      readonly left: null;
    };

const refusedWith = (refusal: Refusal, decision: Decision | undefined): Outcome => ({
  status: 'REFUSED',
  permit: decision ?? null,
  answer: { code: refusal.code },
  left: null,
});
