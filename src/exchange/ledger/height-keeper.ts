// Keeps the ledger's record of heights fresh on Fabric, whose chaincode is told none: deadlines of disputes are compared with it.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ServedLedger } from '../../adapters/ledger/remote';
import type { LedgerSigner } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { EXCHANGE_SETTINGS, type ExchangeSettings } from '../settings';
import { LEDGER, OPERATOR } from './tokens';

const EVERY_MS = 30_000;

@Injectable()
export class HeightKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(HeightKeeper.name);
  private timer: NodeJS.Timeout | undefined;
  private noted = -1;

  constructor(
    @Inject(LEDGER) private readonly ledger: ServedLedger,
    @Inject(OPERATOR) private readonly operator: LedgerSigner,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.ledger.tick === undefined || this.settings.ROLE === 'http') return;
    this.timer = setInterval(() => void this.keep(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Notes the present height unless nothing but our own note was added. Nothing depends on one note: the next one does as well. */
  async keep(): Promise<void> {
    try {
      const { height } = await this.ledger.head();
      if (height <= this.noted) return;
      this.noted = (await this.ledger.tick?.(this.operator))?.height ?? height;
    } catch (error) {
      this.log.warn({ code: error instanceof Refusal ? error.code : 'HEIGHT_NOT_NOTED' });
    }
  }
}
