// Moves what waits for time or was left behind by a crash: each step is one short transaction that may be taken twice.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from '../../settings';
import { Drain } from '../evidence/drain';
import { Settling } from '../orders/settling';
import { rows } from '../store/sql';
import { type Chore, CHORES } from './chore';

const PAUSE_MS = 1_000;
const BATCH = 100;

@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Sweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly database: DataSource,
    private readonly settling: Settling,
    private readonly drain: Drain,
    @Inject(CHORES) private readonly chores: readonly Chore[],
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.ROLE !== 'http') this.plan();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** One round; the story and tests call it to wait for nothing. */
  async sweep(): Promise<void> {
    await this.orders();
    for (const chore of this.chores) await this.tried(() => chore.sweep());
    await this.tried(() => this.drain.run());
  }

  private plan(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.sweep().finally(() => this.plan());
    }, PAUSE_MS);
    this.timer.unref();
  }

  /** Answers whose capture was cut off, then orders whose time is over. */
  private async orders(): Promise<void> {
    const { manager } = this.database;
    const left = await rows<{ id: string }>(
      manager,
      `SELECT o.id FROM market_orders o JOIN relayed_exchanges r ON r.xid = o.id
       WHERE o.state = 'RUNNING' AND o.answered_at IS NULL AND r.state <> 'QUEUED' LIMIT $1`,
      [BATCH],
    );
    for (const { id } of left) await this.tried(() => this.settling.settle(id));
    const late = await rows<{ id: string }>(
      manager,
      `SELECT id FROM market_orders WHERE state IN ('RESERVED', 'RUNNING')
       AND (expires_at <= $1 OR score_until <= $1) ORDER BY expires_at LIMIT $2`,
      [this.clock.now(), BATCH],
    );
    for (const { id } of late) await this.tried(() => this.settling.lapse(id));
  }

  /** One failing thing must not keep the others waiting; it is tried again in the next round. */
  private async tried(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.stopped) return;
      this.log.warn({ code: error instanceof Refusal ? error.code : 'INTERNAL' });
    }
  }
}
