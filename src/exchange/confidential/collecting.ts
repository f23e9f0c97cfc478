// The first half of a run: every data end is asked until it answers or the cut-off passes. Who is late is left out, for free or not.
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { b64u, fromB64u } from '../../domain/canonical';
import type { ContributionReply } from '../../domain/confidential';
import { readRequest } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { DataEnds } from '../broker/data-ends';
import { RelayedExchange } from '../broker/entities';
import { PAID, type PaidQuestions } from '../market';
import { ConfidentialPart, type ConfidentialRun } from './entities';
import { Nodes, passing } from './nodes';

const PAUSE_MS = 250;

@Injectable()
export class Collecting {
  constructor(
    private readonly database: DataSource,
    private readonly dataEnds: DataEnds,
    private readonly nodes: Nodes,
    @Inject(PAID) private readonly paid: PaidQuestions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** No part is PENDING when it returns. Refuses NODE_DOWN when the nodes' keys cannot be had before the cut-off. */
  async collect(run: ConfidentialRun): Promise<void> {
    const parts = await this.database.manager.findBy(ConfidentialPart, { run: run.id, state: 'PENDING' });
    if (parts.length === 0) return;
    const nodeKeys = await this.nodeKeys(run);
    await Promise.all(parts.map((part) => this.until(run, part, nodeKeys)));
  }

  private async nodeKeys({ question: { document } }: ConfidentialRun): Promise<readonly string[] | undefined> {
    if (document.mode === 'homomorphic') return undefined;
    return this.nodes.keysOf(document);
  }

  private async until(
    run: ConfidentialRun,
    part: ConfidentialPart,
    nodeKeys: readonly string[] | undefined,
  ): Promise<void> {
    const { cutOff } = run.question.document;
    for (;;) {
      const left = cutOff - this.clock.now();
      if (left <= 0) {
        await this.end(part, { state: 'MISSED', refusal: 'CUT_OFF_PASSED' });
        return;
      }
      try {
        await this.paid.agreed(part.xid);
        await this.keep(part, await this.order(run, part, nodeKeys, left));
        return;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (!passing.has(error.code)) return this.end(part, { state: 'REFUSED', refusal: error.code });
        await pause(Math.min(PAUSE_MS, Math.max(1, left)));
      }
    }
  }

  private async order(
    { question }: ConfidentialRun,
    { owner, request, requestStatement }: ConfidentialPart,
    nodeKeys: readonly string[] | undefined,
    timeoutMs: number,
  ): Promise<ContributionReply> {
    const client = await this.dataEnds.of(owner);
    const order = {
      question,
      request: { bytes: b64u(request), statement: requestStatement },
      ...(nodeKeys === undefined ? {} : { nodeKeys }),
    };
    return client.json<ContributionReply>('/v1/contributions', { json: order, timeoutMs });
  }

  /** The exchange record becomes an ordinary relayed one too, so that acknowledgement and proofs go their usual way. */
  private async keep(part: ConfidentialPart, reply: ContributionReply): Promise<void> {
    const { xid, owner, repository, request, requestStatement, run } = part;
    const answer = Buffer.from(fromB64u(reply.answer.bytes));
    const answerStatement = reply.answer.statement;
    const { from: searcher, template, permit } = readRequest(request);
    await this.database.transaction(async (tx) => {
      const now = new Date(this.clock.now());
      const relayed = {
        xid,
        searcher,
        owner,
        repository,
        template,
        permit,
        state: 'ANSWERED',
        queuedAt: now,
        answeredAt: now,
      };
      await tx
        .createQueryBuilder()
        .insert()
        .into(RelayedExchange)
        .values({ ...relayed, request, requestStatement, answer, answerStatement } as never)
        .orIgnore()
        .execute();
      const { contribution, sealed } = reply;
      const state = contribution === undefined ? 'REFUSED' : 'CONTRIBUTED';
      await tx.update(ConfidentialPart, { run, repository, state: 'PENDING' }, {
        state,
        answer,
        answerStatement,
        contribution: contribution ?? null,
        sealed: sealed ?? null,
      } as never);
    });
  }

  private async end({ run, repository }: ConfidentialPart, change: Partial<ConfidentialPart>): Promise<void> {
    await this.database.manager.update(ConfidentialPart, { run, repository, state: 'PENDING' }, change);
  }
}
