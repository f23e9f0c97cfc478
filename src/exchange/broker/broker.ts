// Takes signed requests in, keeps them, queues them, brings them to the data end, and gives the answer to whoever asked.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, Not } from 'typeorm';
import { hex } from '../../domain/canonical';
import { commonHash, type Message, openRequest, readRequest } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { type JobQueue, type JobWorker, openQueue, openWorker } from '../../platform/queue';
import type { Caller } from '../../platform/tokens/caller';
import { Catalog } from '../catalog/catalog.service';
import { Participants } from '../participants/participants.service';
import { PAID, type PaidQuestions } from '../market';
import { Permits } from '../permits/permits.service';
import { EXCHANGE_SETTINGS, type ExchangeSettings, queueSettings } from '../settings';
import { DataEnds } from './data-ends';
import { RelayedExchange, type RelayState } from './entities';
import { passing } from './passing';
import { Waiting } from './waiting';

const QUEUE = 'relay';
const STATEMENT = 'dx-signature';

interface Relay {
  readonly xid: string;
}

@Injectable()
export class Broker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Broker.name);
  private queue: JobQueue<Relay> | undefined;
  private worker: JobWorker | undefined;
  private readonly waiting = new Waiting();

  constructor(
    private readonly database: DataSource,
    private readonly participants: Participants,
    private readonly catalog: Catalog,
    private readonly permits: Permits,
    private readonly dataEnds: DataEnds,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PAID) private readonly paid: PaidQuestions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const settings = queueSettings(this.settings);
    this.queue = await openQueue<Relay>(QUEUE, settings);
    if (this.settings.ROLE === 'http') return;
    const onError = (code: string) => this.log.warn({ queue: QUEUE, code });
    this.worker = openWorker<Relay>(QUEUE, settings, { concurrency: 8, attempts: 60, onError }, ({ xid }) =>
      this.deliver(xid),
    );
    await this.requeue();
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.close();
    await this.queue?.close();
  }

  /** Keeps the request, then queues it. The same bytes again change nothing. Refuses SENDER_NOT_CALLER, OWNER_OTHER, PERMIT_MISSING, XID_REUSED, JWS_*, STATEMENT_*. */
  async accept(message: Message, caller: Caller): Promise<RelayedExchange> {
    const request = readRequest(message.bytes);
    const { xid, from: searcher, to: owner, repository, template, permit } = request;
    if (caller.participant !== searcher) throw new Refusal('SENDER_NOT_CALLER', { from: searcher });
    // What is kept must be what was signed; whether it is fresh is for the data end to say, when it gets there.
    const certificate = new Uint8Array((await this.participants.one(searcher)).receiptCertificate);
    openRequest(message, certificate, request.issuedAt);
    if ((await this.catalog.repository(repository)).owner !== owner) throw new Refusal('OWNER_OTHER', { repository });
    await this.permits.named(permit, searcher);
    const kept = {
      xid,
      searcher,
      owner,
      repository,
      template,
      permit,
      state: 'QUEUED' as const,
      queuedAt: new Date(this.clock.now()),
    };
    const bytes = { request: Buffer.from(message.bytes), requestStatement: message.statement };
    // Money is held before the request is queued: the order starts to run in the transaction that keeps the request.
    await this.database.transaction(async (tx) => {
      if (await tx.existsBy(RelayedExchange, { xid })) return;
      await this.paid.admit(tx, request);
      await tx
        .createQueryBuilder()
        .insert()
        .into(RelayedExchange)
        .values({ ...kept, ...bytes })
        .orIgnore()
        .execute();
    });
    const row = await this.one(xid);
    if (!row.request.equals(message.bytes)) throw new Refusal('XID_REUSED', { xid });
    if (row.state === 'QUEUED') await this.queue?.add(xid, { xid });
    return row;
  }

  /** The answer, waited for up to `seconds`; undefined when it is not there yet. Refuses EXCHANGE_UNKNOWN, NOT_YOURS, and the data end's own reason. */
  async answer(xid: string, caller: Caller, seconds: number): Promise<Message | undefined> {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const row = await this.mine(xid, caller);
      if (row.state === 'UNDELIVERABLE') throw new Refusal(row.refusal ?? 'UNDELIVERABLE', { xid });
      if (row.answer !== null && row.answerStatement !== null)
        return { bytes: new Uint8Array(row.answer), statement: row.answerStatement };
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await this.waiting.for(xid, left);
    }
  }

  /** Relays an acknowledgement or a proof and remembers how far the record came. */
  async relay<T>(xid: string, caller: Caller, what: 'ack' | 'proof', body: unknown): Promise<T> {
    const row = await this.mine(xid, caller);
    const client = await this.dataEnds.of(row.owner);
    const said = await client.json<T>(`/v1/exchanges/${xid}/${what}`, { json: body });
    // An acknowledgement may come again after the proofs: the record does not go back.
    const before = what === 'ack' ? { xid, state: Not<RelayState>('FINAL') } : { xid };
    await this.database.manager.update(RelayedExchange, before, { state: what === 'ack' ? 'ACKED' : 'FINAL' });
    const { seq } = body as { seq?: number };
    if (what === 'proof' && seq !== undefined) await this.paid.proven(xid, seq);
    return said;
  }

  /** The data end's proof for this record's leaf, and for no other record's. Refuses NOT_YOURS. */
  async ownerSide(xid: string, e: string, caller: Caller): Promise<unknown> {
    const row = await this.mine(xid, caller);
    if (row.answer === null || hex(commonHash(new Uint8Array(row.request), new Uint8Array(row.answer))) !== e)
      throw new Refusal('NOT_YOURS', { xid });
    return (await this.dataEnds.of(row.owner)).json(`/v1/exchanges/proofs/${e}`);
  }

  list(participant: string): Promise<RelayedExchange[]> {
    return this.database.manager.find(RelayedExchange, {
      where: [{ searcher: participant }, { owner: participant }],
      order: { queuedAt: 'DESC' },
      take: 100,
    });
  }

  /** One delivery: the data end answers the same bytes to the same request, however often it comes. */
  private async deliver(xid: string): Promise<void> {
    const row = await this.one(xid);
    if (row.state !== 'QUEUED') return;
    try {
      await this.paid.agreed(xid);
      const client = await this.dataEnds.of(row.owner);
      const bytes = new Uint8Array(row.request);
      const response = await client.send('/v1/exchanges', { bytes, headers: { [STATEMENT]: row.requestStatement } });
      const statement = response.headers.get(STATEMENT);
      if (statement === null) throw new Refusal('PEER_UNREADABLE', { status: response.status });
      const answer = { answer: Buffer.from(await response.arrayBuffer()), answerStatement: statement };
      await this.database.manager.update(
        RelayedExchange,
        { xid, state: 'QUEUED' },
        { ...answer, state: 'ANSWERED', answeredAt: new Date(this.clock.now()) },
      );
      this.waiting.over(xid);
      await this.charge(xid);
    } catch (error) {
      if (!(error instanceof Refusal) || passing.has(error.code)) throw error;
      await this.database.manager.update(
        RelayedExchange,
        { xid, state: 'QUEUED' },
        { state: 'UNDELIVERABLE', refusal: error.code },
      );
      this.waiting.over(xid);
      await this.charge(xid);
    }
  }

  /** Captures or voids at once; when that fails, the market's sweeper does it: the answer is kept and must not be asked for again. */
  private async charge(xid: string): Promise<void> {
    await this.paid.settle(xid).catch((error: unknown) => {
      this.log.warn({ xid, code: error instanceof Refusal ? error.code : 'INTERNAL' });
    });
  }

  /** Kept but perhaps never queued: a crash between the two is mended at start. */
  private async requeue(): Promise<void> {
    const rows = await this.database.manager.find(RelayedExchange, {
      where: { state: 'QUEUED' },
      select: { xid: true },
    });
    for (const { xid } of rows) await this.queue?.add(xid, { xid });
  }

  private async one(xid: string): Promise<RelayedExchange> {
    const row = await this.database.manager.findOneBy(RelayedExchange, { xid });
    if (row === null) throw new Refusal('EXCHANGE_UNKNOWN', { xid });
    return row;
  }

  private async mine(xid: string, caller: Caller): Promise<RelayedExchange> {
    const row = await this.one(xid);
    if (row.searcher !== caller.participant) throw new Refusal('NOT_YOURS', { xid });
    return row;
  }
}
