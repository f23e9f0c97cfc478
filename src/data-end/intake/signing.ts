// The end of every question, clear or confidential: one signed answer or one signed refusal, kept before anybody hears of it.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { b64u, type Json } from '../../domain/canonical';
import type { Decision, Permit } from '../../domain/permits';
import { type AnswerFields, makeAnswer, type Message, type Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import { Budgets } from '../budgets/budgets';
import { ENGINE, KEYRING, type Keyring } from '../keys';
import { accounts, type Caps } from './charges';
import { answerIn, Exchanges } from './store';

/** A question under way: what was asked, in which bytes, and since when. */
export interface Asked {
  readonly request: Request;
  readonly bytes: Uint8Array;
  readonly receivedAt: number;
}

/** What let a question in. */
export interface Grounds {
  readonly permit: Permit;
  readonly caps: Caps;
  readonly decision: Decision;
}

@Injectable()
export class Signing {
  constructor(
    private readonly database: DataSource,
    private readonly exchanges: Exchanges,
    private readonly budgets: Budgets,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** The answer of this record: this one, or the one that another delivery of the same request made first. */
  async answer(asked: Asked, { permit, caps, decision }: Grounds, answer: Json): Promise<Message> {
    const left = await this.leftFor(permit, caps);
    return this.sign(asked, { status: 'ANSWERED', permit: decision, answer, left });
  }

  /** A "no" with its code, signed. Throws what is no "no": bugs, and a ledger that is down, which decides nothing, so that the same request may come again. */
  async refuse(asked: Asked, error: unknown, decision: Decision | undefined): Promise<Message> {
    if (!(error instanceof Refusal) || error.code === 'LEDGER_DOWN') throw error;
    return this.sign(asked, {
      status: 'REFUSED',
      permit: decision ?? null,
      answer: { code: error.code },
      left: null,
    });
  }

  private async leftFor({ repository, searcher, id, rho, quota }: Permit, { perSearcher }: Caps): Promise<Json> {
    const left = (account: string, cap: string) => this.budgets.left(this.database.manager, account, cap);
    return {
      rho: await left(accounts.searcher(repository, searcher), perSearcher),
      permitRho: await left(accounts.permitRho(id), rho),
      questions: await left(accounts.permitQuota(id), String(quota)),
    };
  }

  private async sign({ request: { xid }, bytes, receivedAt }: Asked, outcome: Outcome): Promise<Message> {
    const answeredAt = this.clock.now();
    const salt = b64u(this.random(32));
    const fields = { ...outcome, engine: ENGINE, timing: { receivedAt, answeredAt }, salt } as AnswerFields;
    const { manager } = this.database;
    const made = makeAnswer(fields, bytes, this.keys.receipt);
    await this.exchanges.answered(manager, xid, made, outcome.status, answeredAt);
    const first = answerIn(await this.exchanges.one(manager, xid));
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
