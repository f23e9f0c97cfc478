// Puts the hash of the exchange's TLS key on the ledger under the operator's key: compute nodes let no other key in.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { keyCommand, TLS_STREAM } from '../../domain/confidential';
import { Refusal } from '../../domain/refusals';
import type { TlsPair } from '../../wire';
import { OperatorOutbox } from '../ledger/operator-outbox';
import { OPERATOR_TLS } from '../ledger/tokens';

const LOOK_MS = 1_000;

@Injectable()
export class TlsRegistration implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(TlsRegistration.name);
  private timer: NodeJS.Timeout | undefined;
  private done = false;

  constructor(
    private readonly outbox: OperatorOutbox,
    @Inject(OPERATOR_TLS) private readonly tls: TlsPair,
  ) {}

  onApplicationBootstrap(): void {
    void this.attempt();
  }

  onModuleDestroy(): void {
    this.done = true;
    clearTimeout(this.timer);
  }

  /** Until then every node answers TLS_KEY_UNKNOWN, and whoever asked it asks again. */
  private async attempt(): Promise<void> {
    try {
      await this.outbox.commit(`tls/${this.tls.pin.slice(0, 16)}`, keyCommand(TLS_STREAM, this.tls.pin));
    } catch (error) {
      this.log.warn({ code: error instanceof Refusal ? error.code : 'INTERNAL' });
      if (!this.done) this.timer = setTimeout(() => void this.attempt(), LOOK_MS);
    }
  }
}
