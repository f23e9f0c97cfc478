// The second round of an overlap: each repository's hidden list is carried to the other one. Sealed, so the exchange learns nothing of it.
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { overlap } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock } from '../../platform/clock';
import { DataEnds } from '../broker/data-ends';
import { ConfidentialPart, type ConfidentialRun } from './entities';
import { Nodes, passing } from './nodes';

const PAUSE_MS = 250;
/** A list of 65,536 points takes a data end a while. */
const CALL_MS = 120_000;

@Injectable()
export class Crossing {
  constructor(
    private readonly database: DataSource,
    private readonly dataEnds: DataEnds,
    private readonly nodes: Nodes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Both parts are crossed when it returns. Refuses a data end's own word, or OVERLAP_PEER_DOWN with the repository, at the cut-off. */
  async cross(run: ConfidentialRun): Promise<void> {
    const [a, b] = await this.parts(run.id);
    if (a === undefined || b === undefined) throw new Refusal('TOO_FEW_REPOSITORIES', { count: 1, least: 2 });
    await Promise.all([this.list(run, a, b), this.list(run, b, a)]);
    const keys = await this.nodes.keysOf(run.question.document);
    const [c, d] = await this.parts(run.id);
    if (c !== undefined && d !== undefined)
      await Promise.all([this.raise(run, c, d, keys), this.raise(run, d, c, keys)]);
  }

  private async list({ id, question }: ConfidentialRun, own: ConfidentialPart, other: ConfidentialPart): Promise<void> {
    if (own.list !== null) return;
    const order = { question, peer: other.contribution };
    const { list } = await this.until<{ list: string }>(question.document.cutOff, own, 'list', order);
    await this.database.manager.update(ConfidentialPart, { run: id, repository: own.repository }, { list });
  }

  private async raise(
    { id, question }: ConfidentialRun,
    own: ConfidentialPart,
    other: ConfidentialPart,
    nodeKeys: readonly string[],
  ): Promise<void> {
    if (own.crossing !== null) return;
    const order = { question, list: other.list, nodeKeys };
    const made = await this.until<{ crossing: overlap.SignedCrossing; sealed: readonly string[] }>(
      question.document.cutOff,
      own,
      'crossing',
      order,
    );
    await this.database.manager.update(ConfidentialPart, { run: id, repository: own.repository }, made);
  }

  private parts(run: string): Promise<ConfidentialPart[]> {
    return this.database.manager.find(ConfidentialPart, {
      where: { run, state: 'CONTRIBUTED' },
      order: { repository: 'ASC' },
    });
  }

  private async until<T>(cutOff: number, { owner, xid, repository }: ConfidentialPart, step: string, json: unknown) {
    for (;;) {
      const left = cutOff - this.clock.now();
      try {
        const client = await this.dataEnds.of(owner);
        return await client.json<T>(`/v1/contributions/${xid}/${step}`, { json, timeoutMs: CALL_MS });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (!passing.has(error.code)) throw new Refusal(error.code, { repository, ...error.details });
        if (left <= 0) throw new Refusal('OVERLAP_PEER_DOWN', { repository, last: error.code });
        await pause(Math.min(PAUSE_MS, left));
      }
    }
  }
}
