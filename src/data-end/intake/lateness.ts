// A searcher that never acknowledges is put on record: the answer was given, and a NO_ACK leaf says that nobody confirmed it.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, In, LessThan } from 'typeorm';
import { fromHex } from '../../domain/canonical';
import { ANCHOR_WITHIN_MS } from '../../domain/receipts';
import { CLOCK, type Clock } from '../../platform/clock';
import { ExchangeRow } from './entities';
import { Exchanges } from './store';

const LOOK_MS = 15_000;

@Injectable()
export class Lateness implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Lateness.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly exchanges: Exchanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.look().catch(() => {
        this.log.warn({ code: 'LATENESS_LOOK_FAILED' });
      });
    }, LOOK_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Marks what has waited longer than 300 s for its acknowledgement; a late one is still taken. Returns how many. */
  async look(): Promise<number> {
    const before = String(this.clock.now() - ANCHOR_WITHIN_MS);
    const state = In(['ANSWERED', 'REFUSED'] as const);
    const late = await this.database.manager.find(ExchangeRow, {
      where: { state, answeredAt: LessThan(before) },
      select: { xid: true, e: true },
      take: 100,
    });
    for (const { xid, e } of late) {
      await this.database.transaction(async (tx) => {
        const changed = await tx.update(ExchangeRow, { xid, state }, { state: 'NO_ACK' });
        if (changed.affected === 1 && e !== null) await this.exchanges.leaf(tx, 'NO_ACK', fromHex(e, 32));
      });
    }
    return late.length;
  }
}
