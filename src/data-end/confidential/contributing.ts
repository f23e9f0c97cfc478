// A confidential question from request to contribution: keep, decide, reserve, run, capture, seal, sign. The order of the clear path.
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RunOptions, Source } from '../../adapters/sources/port';
import { b64u, fromB64u } from '../../domain/canonical';
import {
  contributionId,
  plans,
  questionId,
  signerOf,
  type ContributionOrder,
  type ContributionReply,
} from '../../domain/confidential';
import type { Decision } from '../../domain/permits';
import { type Message, mustHaveCredit, type Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import type { GroupRow } from '../../domain/templates/plan';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import type { Caller } from '../../platform/tokens/caller';
import { Underway } from '../../wire';
import { Budgets } from '../budgets/budgets';
import { HiddenUnits } from '../exit/hidden';
import { type Encrypt, letOutSealed, SealedContribution } from '../exit/sealed';
import { Arrivals } from '../intake/arrivals';
import { chargesFor } from '../intake/charges';
import { Signing } from '../intake/signing';
import { answerIn, Exchanges } from '../intake/store';
import { KEYRING, type Keyring, SEAL } from '../keys';
import { OpenSources } from '../runner/open-sources';
import { Checking, type AdmittedQuestion } from './checking';
import { CollectiveKeys } from './collective-keys';
import { Crossing } from './crossing';
import { ContributionRow, OverlapRow } from './entities';

/** The same limit as in the clear: a slow question says nothing about its rows. */
const TIMEOUT_MS = 60_000;
/** After the cut-off: no run goes on for longer. */
const KEPT_MS = 3_600_000;

/** What a question becomes here; an overlap keeps what hides its units, the large form its cells, for the second round. */
interface Made {
  readonly contribution: SealedContribution;
  readonly hidden?: HiddenUnits;
  readonly kept?: Buffer;
  readonly keptUntil?: string;
}
/** Asks the source, and gives back what seals its answer. */
type Making = (source: Source, options: RunOptions) => Promise<() => Promise<Made>>;

@Injectable()
export class Contributing {
  private readonly log = new Logger(Contributing.name);
  private readonly underway = new Underway<ContributionReply>();

  constructor(
    private readonly database: DataSource,
    private readonly exchanges: Exchanges,
    private readonly checking: Checking,
    private readonly budgets: Budgets,
    private readonly sources: OpenSources,
    private readonly arrivals: Arrivals,
    private readonly collective: CollectiveKeys,
    private readonly crossing: Crossing,
    private readonly signing: Signing,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(SEAL) private readonly seal: Uint8Array,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /**
   * M1 and the signed question in; M2 out, with the contribution unless M2 is a refusal. The same bytes for the same request.
   * Refuses without record what the clear intake refuses so.
   */
  async take(order: ContributionOrder, caller: Caller): Promise<ContributionReply> {
    const message = { bytes: fromB64u(order.request.bytes), statement: order.request.statement };
    const { request } = await this.arrivals.open(message, caller);
    const { xid } = request;
    const row = await this.exchanges.keep(this.database.manager, request, message, this.clock.now());
    const answer = answerIn(row);
    if (answer !== undefined) return this.reply(xid, answer);
    return this.underway.of(xid, () => this.answer(request, message.bytes, order, caller));
  }

  private async answer(
    request: Request,
    bytes: Uint8Array,
    order: ContributionOrder,
    caller: Caller,
  ): Promise<ContributionReply> {
    const asked = { request, bytes, receivedAt: this.clock.now() };
    let decision: Decision | undefined;
    try {
      mustHaveCredit(await this.exchanges.unacknowledged(this.database.manager, request.from));
      const admission = await this.checking.admit(request, order, caller);
      decision = admission.admitted.decision;
      await this.exchanges.decided(this.database.manager, request.xid, decision);
      const contribution = await this.contribution(request, admission, order);
      const answer = {
        schema: 'aggregora/contributed/1',
        question: questionId(admission.question),
        contribution: contributionId(contribution.record.document),
      };
      return await this.reply(request.xid, await this.signing.answer(asked, admission.admitted, answer));
    } catch (error) {
      return this.reply(request.xid, await this.signing.refuse(asked, error, decision));
    }
  }

  /** Charged before data are touched; after that the cost stands, whatever happens. */
  private async contribution(
    request: Request,
    asked: AdmittedQuestion,
    order: ContributionOrder,
  ): Promise<SealedContribution> {
    const { xid } = request;
    const { question, admitted } = asked;
    const kept = await this.database.manager.findOneBy(ContributionRow, { xid });
    if (kept?.body && kept.tag) return this.restored(kept.body, kept.tag);
    // Keys are looked up first: a stranger's key is a free "no".
    const make = await this.making(asked, order);
    const charges = chargesFor(admitted.permit, admitted.caps, admitted.plan.privacy.rho);
    const values = { xid, question: questionId(question), repository: request.repository };
    await this.database.transaction(async (tx) => {
      const inserted = await tx
        .createQueryBuilder()
        .insert()
        .into(ContributionRow)
        .values(values)
        .orIgnore()
        .returning('xid')
        .execute();
      if ((inserted.raw as unknown[]).length === 0 && kept === null)
        throw new Refusal('CONTRIBUTION_REPEATED', { repository: request.repository });
      await this.budgets.reserve(tx, xid, charges, this.clock.now());
    });
    const seal = await this.run(xid, asked, make);
    try {
      const { contribution, hidden, ...kept } = await seal();
      const { bytes, tag } = contribution.stored(this.seal);
      await this.database.transaction(async (tx) => {
        await this.budgets.capture(tx, xid, this.clock.now());
        await tx.update(ContributionRow, { xid }, { body: Buffer.from(bytes), tag: Buffer.from(tag), ...kept });
        if (hidden !== undefined) {
          const cutOff = String(question.cutOff);
          await tx.insert(OverlapRow, { ...values, cutOff, hidden: hidden.stored(this.seal) });
        }
      });
      return contribution;
    } catch (error) {
      throw await this.failed(xid, error instanceof Refusal ? new Error(error.code) : error);
    }
  }

  /** How a source is asked and what is made of what it says: cells that are summed, or units that are hidden. */
  private async making(asked: AdmittedQuestion, order: ContributionOrder): Promise<Making> {
    const { question, admitted } = asked;
    if (question.mode !== 'overlap') {
      const sealed = await this.sealing(asked, order);
      return async (source, options) => {
        const rows = await source.run(admitted.plan, options);
        return () => sealed(rows);
      };
    }
    await this.crossing.forget();
    await this.checking.nodeKeys(question, order);
    const inputs = {
      question,
      repository: admitted.repository.id,
      random: this.random,
      sign: signerOf(this.keys.receipt),
    };
    return async (source, options) => {
      const units = await source.units(admitted.plan, options, question.cells);
      return () => HiddenUnits.of(units, inputs);
    };
  }

  private async sealing(
    { question, admitted, demands }: AdmittedQuestion,
    order: ContributionOrder,
  ): Promise<(rows: readonly GroupRow[]) => Promise<Made>> {
    const inputs = {
      question,
      repository: admitted.repository.id,
      random: this.random,
      sign: signerOf(this.keys.receipt),
    };
    const cells = (rows: readonly GroupRow[]) => plans.encodeRows(demands.contribution, rows);
    if (question.mode === 'homomorphic') {
      const key = await this.collective.of(question);
      const encrypt: Encrypt = (to, slots) => this.collective.encrypt(to, slots);
      return async (rows) => ({ contribution: await SealedContribution.deposit(cells(rows), key, encrypt, inputs) });
    }
    const nodeKeys = await this.checking.nodeKeys(question, order);
    if (question.mode === 'shares')
      return async (rows) => ({ contribution: await SealedContribution.shares(cells(rows), nodeKeys, inputs) });
    return async (rows) => {
      const vector = plans.encodeLarge(demands.contribution, rows);
      const { contribution, kept } = await SealedContribution.large(vector, nodeKeys, inputs, this.seal);
      return { contribution, kept: Buffer.from(kept), keptUntil: String(question.cutOff + KEPT_MS) };
    };
  }

  private async run(xid: string, { admitted }: AdmittedQuestion, make: Making) {
    try {
      const source = await this.sources.of(admitted.repository);
      const secret = new Uint8Array(admitted.repository.secret);
      return await make(source, { secret, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      throw await this.failed(xid, error);
    }
  }

  /** As in the clear: only a source that was certainly not touched gives the holds back; every other failure looks alike. */
  private async failed(xid: string, error: unknown): Promise<Refusal> {
    const untouched = error instanceof Refusal && error.code === 'SOURCE_DOWN';
    await this.database.transaction((tx) =>
      untouched ? this.budgets.release(tx, xid, this.clock.now()) : this.budgets.capture(tx, xid, this.clock.now()),
    );
    const code = untouched ? 'SOURCE_UNREACHABLE' : 'RUN_FAILED';
    this.log.warn({ xid, code });
    return new Refusal(code, { xid });
  }

  private async reply(xid: string, { bytes, statement }: Message): Promise<ContributionReply> {
    const answer = { bytes: b64u(bytes), statement };
    const row = await this.database.manager.findOneBy(ContributionRow, { xid });
    if (!row?.body || !row.tag) return { answer };
    return { answer, ...letOutSealed(this.restored(row.body, row.tag)) };
  }

  private restored(body: Buffer, tag: Buffer): SealedContribution {
    return SealedContribution.restore({ bytes: new Uint8Array(body), tag: new Uint8Array(tag) }, this.seal);
  }
}
