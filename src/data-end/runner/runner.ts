// Runs one admitted question on its source: read-only, in integers, under one time limit; what comes back is a SafeAnswer or a uniform failure.
import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Refusal } from '../../domain/refusals';
import { declaredKeys, loosenedNotes, NoisePool, SafeAnswer, splitRho } from '../../domain/safe-answers';
import type { GroupRow, Plan } from '../../domain/templates/plan';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import { Budgets } from '../budgets/budgets';
import type { Admitted } from '../intake/gate';
import { OpenSources } from './open-sources';
import { StoredAnswers } from './stored-answers';

/** One limit for every question, so that a slow one says nothing about its rows. */
const TIMEOUT_MS = 60_000;

/**
 * Answers leave on a fixed grid of time since the run began, failures on a coarser one: how long a run or its failing took
 * would otherwise tell of its rows.
 */
const ANSWER_GRID_MS = 20;
const FAILURE_GRID_MS = 1_000;

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
    const begun = performance.now();
    try {
      const source = await this.sources.of(admitted.repository);
      const secret = new Uint8Array(admitted.repository.secret);
      const running = source.run(admitted.plan, { secret, timeoutMs: TIMEOUT_MS });
      // Drawn while the source works: large noise takes longer to draw, and nobody may see how long.
      const [rows, noise] = await Promise.all([running, Promise.resolve(drawnFor(admitted.plan, this.random))]);
      const answer = await this.release(xid, admitted, rows, noise);
      await nextTick(begun, ANSWER_GRID_MS);
      return answer;
    } catch (error) {
      const refusal = await this.failed(xid, error);
      await nextTick(begun, refusal.code === 'RUN_FAILED' ? FAILURE_GRID_MS : ANSWER_GRID_MS);
      throw refusal;
    }
  }

  private async release(
    xid: string,
    { plan, policy, repository, question }: Admitted,
    rows: readonly GroupRow[],
    noise: NoisePool,
  ): Promise<SafeAnswer> {
    const synthetic = repository.metadata['synthetic'] === true;
    const answer = SafeAnswer.release(plan, rows, noise, {
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

function drawnFor(plan: Plan, random: Random): NoisePool {
  const pool = new NoisePool(random);
  const cells = declaredKeys(plan).length;
  for (const { noise } of splitRho(plan)) pool.fill(noise, cells);
  return pool;
}

/** Waits until the next whole multiple of `grid` ms since `begun`. */
const nextTick = (begun: number, grid: number): Promise<unknown> => pause(grid - ((performance.now() - begun) % grid));
