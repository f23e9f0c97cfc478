// Runs one admitted question on its source: read-only, in integers, under one time limit; what comes back is a SafeAnswer or a uniform failure.
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Refusal } from '../../domain/refusals';
import { loosenedNotes, SafeAnswer } from '../../domain/safe-answers';
import type { GroupRow } from '../../domain/templates/plan';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import { Budgets } from '../budgets/budgets';
import type { Admitted } from '../intake/gate';
import { OpenSources } from './open-sources';
import { StoredAnswers } from './stored-answers';

/** One limit for every question, so that a slow one says nothing about its rows. */
const TIMEOUT_MS = 60_000;

@Injectable()
export class Runner {
  private readonly log = new Logger(Runner.name);

  constructor(
    private readonly database: DataSource,
    private readonly sources: OpenSources,
    private readonly budgets: Budgets,
    private readonly stored: StoredAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** Called with the holds in place. Refuses SOURCE_UNREACHABLE (holds released) or RUN_FAILED (holds captured), and nothing else. */
  async run(xid: string, admitted: Admitted): Promise<SafeAnswer> {
    let rows: readonly GroupRow[];
    try {
      const source = await this.sources.of(admitted.repository);
      rows = await source.run(admitted.plan, {
        secret: new Uint8Array(admitted.repository.secret),
        timeoutMs: TIMEOUT_MS,
      });
    } catch (error) {
      throw await this.failed(xid, error);
    }
    try {
      return await this.release(xid, admitted, rows);
    } catch (error) {
      throw await this.failed(xid, error instanceof Refusal ? new Error(error.code) : error);
    }
  }

  private async release(
    xid: string,
    { plan, policy, repository, question }: Admitted,
    rows: readonly GroupRow[],
  ): Promise<SafeAnswer> {
    const synthetic = repository.metadata['synthetic'] === true;
    const answer = SafeAnswer.release(plan, rows, this.random, {
      dataVersion: repository.dataVersion,
      cap: policy.limits.capPerSearcher,
      delta: policy.limits.delta,
      loosened: loosenedNotes(policy),
      synthetic,
    });
    return this.database.transaction(async (tx) => {
      await this.budgets.capture(tx, xid, this.clock.now());
      return this.stored.keep(tx, question, { repository: repository.id, xid, rho: plan.privacy.rho }, answer);
    });
  }

  /** A source that refuses with SOURCE_DOWN was never touched; every other failure looks alike, because its kind could tell of rows. */
  private async failed(xid: string, error: unknown): Promise<Refusal> {
    const untouched = error instanceof Refusal && error.code === 'SOURCE_DOWN';
    await this.database.transaction((tx) =>
      untouched ? this.budgets.release(tx, xid, this.clock.now()) : this.budgets.capture(tx, xid, this.clock.now()),
    );
    const code = untouched ? 'SOURCE_UNREACHABLE' : 'RUN_FAILED';
    this.log.warn({ xid, code });
    return new Refusal(code, { xid });
  }
}
