// After a crash: holds without an answer are captured, because data may have been touched; their records stay to be answered.
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, type Clock } from '../../platform/clock';
import { Budgets } from '../budgets/budgets';
import { HoldRow } from '../budgets/entities';

@Injectable()
export class Recovery implements OnApplicationBootstrap {
  private readonly log = new Logger(Recovery.name);

  constructor(
    private readonly database: DataSource,
    private readonly budgets: Budgets,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const held = await this.database.manager.find(HoldRow, {
      where: { state: 'HELD' },
      select: { xid: true, account: true },
    });
    const left = [...new Set(held.map(({ xid }) => xid))];
    for (const xid of left) await this.database.transaction((tx) => this.budgets.capture(tx, xid, this.clock.now()));
    if (left.length > 0) this.log.warn({ code: 'HOLDS_CAPTURED_AFTER_CRASH', count: left.length });
  }
}
