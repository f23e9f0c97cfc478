// From a kept request to its signed answer. Every "no" before the run is free; after the run began, the cost stands.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { mustBeRegistered, readKey, sealAnswer, sealedRequestIn } from '../../domain/confidential';
import type { Ledger } from '../../domain/ledger/port';
import { type Message, mustHaveCredit, type Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import type { SafeAnswer } from '../../domain/safe-answers';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import { Budgets, type Charge } from '../budgets/budgets';
import { letOut } from '../exit/exit';
import { Runner } from '../runner/runner';
import { StoredAnswers } from '../runner/stored-answers';
import { chargesFor } from './charges';
import { Gate, type Admitted } from './gate';
import { LEDGER } from '../witness';
import { Signing } from './signing';
import { Exchanges } from './store';

@Injectable()
export class Answering {
  constructor(
    private readonly database: DataSource,
    private readonly exchanges: Exchanges,
    private readonly gate: Gate,
    private readonly budgets: Budgets,
    private readonly runner: Runner,
    private readonly stored: StoredAnswers,
    private readonly signing: Signing,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The one answer to this request; made now, or by whoever was faster. */
  async answer(request: Request, bytes: Uint8Array): Promise<Message> {
    const asked = { request, bytes, receivedAt: this.clock.now() };
    let admitted: Admitted | undefined;
    try {
      mustHaveCredit(await this.exchanges.unacknowledged(this.database.manager, request.from));
      const sealed = sealedRequestIn(request);
      // A stranger's key is a free "no": an answer is sealed to the key of its own searcher, as the ledger has it.
      if (sealed !== undefined) await mustBeRegistered(this.ledger, request.from, readKey(sealed.key));
      const open =
        sealed === undefined ? request : { ...request, mode: 'clear' as const, parameters: sealed.parameters };
      admitted = await this.gate.admit(open, asked.receivedAt);
      await this.exchanges.decided(this.database.manager, request.xid, admitted.decision);
      const safe = await this.safeAnswer(request, admitted);
      const body = letOut(safe);
      const said = sealed === undefined ? body : await sealAnswer(request, sealed.key, body, this.random);
      return await this.signing.answer(asked, admitted, said);
    } catch (error) {
      return this.signing.refuse(asked, error, admitted?.decision);
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
}
