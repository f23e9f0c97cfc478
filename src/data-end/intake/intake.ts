// Takes a request in and sees it through to a signed answer: keep, decide, reserve, run, release, sign. Nothing before its turn.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { needPaidWay } from '../../domain/permits';
import type { Message } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import type { Caller } from '../../platform/tokens/caller';
import { KEYRING, type Keyring } from '../keys';
import { GrantedPermit } from '../permits/entities';
import { Underway } from '../../wire';
import { Answering } from './answering';
import { Arrivals, isRelay } from './arrivals';
import { ExchangeRow } from './entities';
import { answerIn, Exchanges } from './store';

@Injectable()
export class Intake {
  /** Questions being worked on in this process: a second delivery waits for the first instead of starting another. */
  private readonly running = new Underway<Message>();

  constructor(
    private readonly database: DataSource,
    private readonly exchanges: Exchanges,
    private readonly answering: Answering,
    private readonly arrivals: Arrivals,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * M1 in, M2 out: a signed answer or a signed refusal, the same bytes for the same request for ever.
   * Refuses without record, before anything is kept: malformed or unsigned messages, strangers, another owner's mail, XID_REUSED, PERMIT_PRICED.
   */
  async take(message: Message, caller: Caller): Promise<Message> {
    const { request, isKnown } = await this.arrivals.open(message, caller);
    // What was kept came the right way before: sending it again may come straight.
    if (!isKnown && !isRelay(caller)) await this.needUnpriced(request.permit);
    const row = await this.exchanges.keep(this.database.manager, request, message, this.clock.now());
    return answerIn(row) ?? this.running.of(request.xid, () => this.answering.answer(request, message.bytes));
  }

  /** Refuses PERMIT_PRICED: nothing is kept, nothing is spent. */
  private async needUnpriced(permit: string): Promise<void> {
    const granted = await this.database.manager.findOneBy(GrantedPermit, { id: permit });
    needPaidWay(granted?.document, 'direct');
  }

  /** The stored answer, if there is one yet. Refuses EXCHANGE_UNKNOWN, NOT_YOURS. */
  async stored(xid: string, caller: Caller): Promise<Message | undefined> {
    return answerIn(await this.mustBelong(xid, caller));
  }

  /** The record, if its searcher or a relay asks for it. Refuses EXCHANGE_UNKNOWN, NOT_YOURS. */
  async mustBelong(xid: string, caller: Caller): Promise<ExchangeRow> {
    const row = await this.exchanges.one(this.database.manager, xid);
    if (caller.participant !== row.searcher && !caller.roles.includes('operator'))
      throw new Refusal('NOT_YOURS', { xid });
    return row;
  }

  /** Proofs of a record are for its own two sides, the relay and auditors. Refuses NOT_YOURS, also where there is no such record. */
  async mayProve(e: string, caller: Caller): Promise<void> {
    if (caller.participant === this.keys.participant) return;
    if (caller.roles.includes('operator') || caller.roles.includes('auditor')) return;
    const row = await this.database.manager.findOneBy(ExchangeRow, { e, searcher: caller.participant });
    if (row === null) throw new Refusal('NOT_YOURS');
  }
}
