// Takes a signed confidential question in, keeps it, and brings it to its end: complete, or stopped with a reason and nothing released.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, In } from 'typeorm';
import { b64u, fromB64u, readCanonical, utf8 } from '../../domain/canonical';
import {
  AskedConfidentially,
  jsonOf,
  mustBeTimely,
  mustFit,
  questionId,
  readQuestion,
  type Question,
  type Signed,
} from '../../domain/confidential';
import { verifyJws } from '../../domain/identity';
import { readRequest, statements, type Request } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { type JobQueue, type JobWorker, openQueue, openWorker } from '../../platform/queue';
import type { Caller } from '../../platform/tokens/caller';
import { PAID, type PaidQuestions } from '../market';
import { Catalog } from '../catalog/catalog.service';
import { Participants } from '../participants/participants.service';
import { Permits } from '../permits/permits.service';
import { EXCHANGE_SETTINGS, type ExchangeSettings, queueSettings } from '../settings';
import { Collecting } from './collecting';
import { Computing } from './computing';
import { Crossing } from './crossing';
import { ConfidentialPart, ConfidentialRun } from './entities';

const QUEUE = 'confidential';
const LOOK_MS = 80;
const HOUR_MS = 3_600_000;

export interface Asked {
  readonly question: Signed<Question>;
  readonly requests: readonly { readonly bytes: string; readonly statement: string }[];
  readonly searcherSealKey?: string | undefined;
}

@Injectable()
export class Confidential implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Confidential.name);
  private queue: JobQueue<{ id: string }> | undefined;
  private worker: JobWorker | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly participants: Participants,
    private readonly catalog: Catalog,
    private readonly permits: Permits,
    private readonly collecting: Collecting,
    private readonly computing: Computing,
    private readonly crossing: Crossing,
    @Inject(PAID) private readonly paid: PaidQuestions,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const settings = queueSettings(this.settings);
    this.queue = await openQueue(QUEUE, settings);
    if (this.settings.ROLE === 'http') return;
    const onError = (code: string) => this.log.warn({ queue: QUEUE, code });
    this.worker = openWorker<{ id: string }>(QUEUE, settings, { concurrency: 4, attempts: 60, onError }, ({ id }) =>
      this.advance(id),
    );
    const open = await this.database.manager.find(ConfidentialRun, {
      where: { state: In(['COLLECTING', 'COMPUTING']) },
      select: { id: true },
    });
    for (const { id } of open) await this.enqueue(id);
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.close();
    await this.queue?.close();
  }

  /** Refuses SENDER_NOT_CALLER, QUESTION_*, OWNER_OTHER, PERMIT_MISSING, XID_REUSED, JWS_*. The same bytes again are the same question. */
  async accept(asked: Asked, caller: Caller): Promise<ConfidentialRun> {
    const question = readQuestion(jsonOf(asked.question.document));
    if (question.searcher !== caller.participant) throw new Refusal('SENDER_NOT_CALLER', { from: question.searcher });
    const id = questionId(question);
    const known = await this.database.manager.findOneBy(ConfidentialRun, { id });
    if (known === null) await this.keep(id, question, asked);
    const row = await this.one(id);
    if (row.state === 'COLLECTING' || row.state === 'COMPUTING') await this.enqueue(id);
    return row;
  }

  /** The run as it stands, waited for up to `seconds`. Refuses COMPUTATION_UNKNOWN, NOT_YOURS. */
  async view(id: string, caller: Caller, seconds: number) {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const row = await this.one(id);
      if (row.searcher !== caller.participant) throw new Refusal('NOT_YOURS', { computation: id });
      if (row.state === 'COMPLETE' || row.state === 'STOPPED' || performance.now() >= end) return this.shown(row);
      await pause(LOOK_MS);
    }
  }

  /** Mode H: the deposits in order of the set, for whoever adds again. */
  async ciphertexts(
    id: string,
    caller: Caller,
  ): Promise<{ deposits: Record<string, string>; noises: readonly string[] }> {
    const row = await this.one(id);
    if (row.searcher !== caller.participant && !caller.roles.includes('auditor'))
      throw new Refusal('NOT_YOURS', { computation: id });
    if (row.question.document.mode !== 'homomorphic') return { deposits: {}, noises: [] };
    const parts = await this.database.manager.findBy(ConfidentialPart, { run: id, state: 'CONTRIBUTED' });
    const deposits = Object.fromEntries(parts.map(({ repository, sealed }) => [repository, sealed?.[0] ?? '']));
    return { deposits, noises: row.noises ?? [] };
  }

  private async keep(id: string, question: Question, asked: Asked): Promise<void> {
    mustBeTimely(question, this.clock.now());
    mustFit(question, asked.requests.length);
    const parts: Awaited<ReturnType<Confidential['part']>>[] = [];
    const requests: Request[] = [];
    for (const { bytes, statement } of asked.requests) {
      requests.push(readRequest(fromB64u(bytes)));
      parts.push(await this.part(id, question, fromB64u(bytes), statement));
    }
    if (new Set(parts.map(({ repository }) => repository)).size !== parts.length)
      throw new Refusal('CONTRIBUTION_REPEATED', { count: parts.length });
    if (question.mode === 'overlap' && parts.length !== 2)
      throw new Refusal('OVERLAP_NEEDS_TWO', { count: parts.length });
    const run = {
      id,
      searcher: question.searcher,
      question: { ...asked.question, document: jsonOf(question) },
      searcherSealKey: asked.searcherSealKey === undefined ? null : Buffer.from(fromB64u(asked.searcherSealKey)),
      state: 'COLLECTING' as const,
      askedAt: new Date(this.clock.now()),
    };
    await this.database.transaction(async (tx) => {
      if (await tx.existsBy(ConfidentialRun, { id })) return;
      // As in the clear: what must be paid is held in the transaction that keeps the request.
      for (const request of requests) await this.paid.admit(tx, request);
      await tx
        .createQueryBuilder()
        .insert()
        .into(ConfidentialRun)
        .values(run as never)
        .orIgnore()
        .execute();
      for (const part of parts)
        await tx
          .createQueryBuilder()
          .insert()
          .into(ConfidentialPart)
          .values(part as never)
          .orIgnore()
          .execute();
    });
    const kept = await this.database.manager.countBy(ConfidentialPart, { run: id });
    if (kept !== parts.length) throw new Refusal('XID_REUSED', { computation: id });
  }

  private async part(run: string, question: Question, bytes: Uint8Array, statement: string) {
    const request = readRequest(bytes);
    const { xid, from, to: owner, repository, permit } = request;
    if (from !== question.searcher) throw new Refusal('SENDER_NOT_CALLER', { from });
    if (confidentialOf(request) !== run) throw new Refusal('QUESTION_MISMATCH', { xid });
    const { receiptCertificate } = await this.participants.one(from);
    verifyJws(statement, statements.request.typ, new Uint8Array(receiptCertificate));
    if ((await this.catalog.repository(repository)).owner !== owner) throw new Refusal('OWNER_OTHER', { repository });
    await this.permits.named(permit, from);
    return { run, xid, owner, repository, request: Buffer.from(bytes), requestStatement: statement, state: 'PENDING' };
  }

  /** One job: goes on from what is kept. A crash anywhere brings it back, and every step may run twice. */
  private async advance(id: string): Promise<void> {
    const run = await this.one(id);
    if (run.state === 'COMPLETE' || run.state === 'STOPPED') return;
    try {
      if (run.state === 'COLLECTING') {
        await this.collecting.collect(run);
        const count = await this.database.manager.countBy(ConfidentialPart, { run: id, state: 'CONTRIBUTED' });
        const least = run.question.document.minRepositories;
        if (count < least) throw new Refusal('TOO_FEW_REPOSITORIES', { count, least });
        if (run.question.document.mode === 'overlap') await this.crossing.cross(run);
        await this.move(id, { state: 'COMPUTING' });
      }
      await this.computing.compute(id);
      await this.move(id, { state: 'COMPLETE', endedAt: new Date(this.clock.now()) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (await this.canWait(id, error)) throw error;
      await this.end(id, error);
    }
    await this.settle(id);
  }

  /**
   * With all three signatures there, one node may have released already, and it cannot take that back: a node that is down now
   * is waited for, so that the others' release is not in vain, until an hour after the cut-off.
   */
  private async canWait(id: string, { code }: Refusal): Promise<boolean> {
    const { signatures, question } = await this.one(id);
    return code === 'NODE_DOWN' && signatures !== null && this.clock.now() < question.document.cutOff + HOUR_MS;
  }

  /** Paid parts: captured for a sum that was released, given back for any other end. The sweeper does what fails here. */
  private async settle(id: string): Promise<void> {
    const parts = await this.database.manager.find(ConfidentialPart, { where: { run: id }, select: { xid: true } });
    for (const { xid } of parts)
      await this.paid.settle(xid).catch((error: unknown) => {
        this.log.warn({ xid, code: error instanceof Refusal ? error.code : 'INTERNAL' });
      });
  }

  private async end(id: string, refusal: Refusal): Promise<void> {
    await this.computing.stop(id, refusal.code);
    const { party: named, node, repository, missing } = refusal.details;
    const party = named ?? node ?? repository ?? (Array.isArray(missing) ? (missing[0] as unknown) : undefined);
    const code = refusal.code === 'TRANSCRIPT_WRONG' ? String(refusal.details['code'] ?? refusal.code) : refusal.code;
    const ended = { state: 'STOPPED' as const, refusal: code, blamed: typeof party === 'string' ? [party] : [] };
    await this.move(id, { ...ended, endedAt: new Date(this.clock.now()) });
    this.log.warn({ code });
  }

  private async shown(row: ConfidentialRun) {
    // Without what is sealed to the nodes: a million cells a repository.
    const parts = await this.database.manager.find(ConfidentialPart, {
      where: { run: row.id },
      order: { repository: 'ASC' },
      select: {
        run: true,
        xid: true,
        repository: true,
        owner: true,
        state: true,
        refusal: true,
        contribution: true,
        crossing: true,
        answer: true,
        answerStatement: true,
      },
    });
    const { id, state, question, verdicts, chains, fingerprints, signatures, outputs, refusal, blamed } = row;
    return {
      id,
      state,
      question,
      verdicts,
      chains,
      fingerprints,
      signatures,
      outputs: state === 'COMPLETE' ? outputs : null,
      refusal,
      blamed: blamed ?? [],
      parts: parts.map((part) => ({
        xid: part.xid,
        repository: part.repository,
        owner: part.owner,
        state: part.state,
        refusal: part.refusal,
        contribution: part.contribution,
        ...(part.crossing === null ? {} : { crossing: part.crossing }),
        answer: part.answer === null ? null : { bytes: b64u(part.answer), statement: part.answerStatement ?? '' },
      })),
    };
  }

  private async enqueue(id: string): Promise<void> {
    await this.queue?.add(id.replace(':', '-'), { id });
  }

  private async move(id: string, change: Partial<ConfidentialRun>): Promise<void> {
    await this.database.manager.update(ConfidentialRun, { id, state: In(['COLLECTING', 'COMPUTING']) }, change);
  }

  private async one(id: string): Promise<ConfidentialRun> {
    const row = await this.database.manager.findOneBy(ConfidentialRun, { id });
    if (row === null) throw new Refusal('COMPUTATION_UNKNOWN', { computation: id });
    return row;
  }
}

function confidentialOf(request: Request): string | undefined {
  if (request.mode !== 'sealed') return undefined;
  try {
    return AskedConfidentially.parse(readCanonical(utf8(request.parameters))).question;
  } catch {
    return undefined;
  }
}
