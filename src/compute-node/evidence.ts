// Evidence of every step on the ledger, exactly once, under the node's own ledger key.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OutboxItem } from '../adapters/ledger/outbox/entity';
import { Outbox } from '../adapters/ledger/outbox/outbox';
import { canonicalBytes, hex, sha256 } from '../domain/canonical';
import { stepId, type Chain, type Completion, completionId } from '../domain/confidential';
import type { Command } from '../domain/ledger/commands';
import type { Committed, Ledger } from '../domain/ledger/port';
import { ledgerSigner, Underway, type Keyring } from '../wire';
import { KEYRING, LEDGER } from './keys';

const LOOK_MS = 2_000;

@Injectable()
export class Evidence extends Outbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Evidence.name);
  private timer: NodeJS.Timeout | undefined;
  private draining: Promise<unknown> = Promise.resolve();
  private readonly sending = new Underway<Committed>();

  constructor(
    private readonly rows: DataSource,
    @Inject(LEDGER) ledger: Ledger,
    @Inject(KEYRING) keys: Keyring,
  ) {
    super(rows, ledger, ledgerSigner(keys));
  }

  /** What a crash or a ledger that was down left behind goes out by itself. */
  onApplicationBootstrap(): void {
    this.timer = setInterval(
      () =>
        void this.settle().catch((error: unknown) => {
          this.log.warn({ code: (error as { code?: string }).code ?? 'INTERNAL' });
        }),
      LOOK_MS,
    );
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.draining.catch(() => undefined);
  }

  /** Steps of a chain, in the transaction that stores it. Steps recorded before are the same commands. */
  async steps(tx: EntityManager, chain: Chain): Promise<void> {
    for (const { document } of chain.steps) {
      const name = document.question.slice(7);
      await this.enqueue(tx, `${name}/${String(document.index)}`, {
        type: 'RecordStep',
        computation: name,
        step: `${String(document.index)}-${document.kind}`,
        inputs: hex(sha256(canonicalBytes([...document.inbound]))),
        outputs: stepId(document).slice(7),
      });
    }
  }

  async completion(tx: EntityManager, completion: Completion): Promise<void> {
    const name = completion.question.slice(7);
    await this.enqueue(tx, `${name}/9`, {
      type: 'RecordStep',
      computation: name,
      step: 'completion',
      inputs: hex(sha256(canonicalBytes([...completion.chains]))),
      outputs: completionId(completion).slice(7),
    });
  }

  /** All that is waiting is on the ledger when it returns. Refuses LEDGER_DOWN. One drain at a time. */
  settle(): Promise<unknown> {
    const next = this.draining.catch(() => undefined).then(() => this.sendAll());
    this.draining = next.catch(() => undefined);
    return next;
  }

  /** One sending a command: two at once would land once, and the slower would be told that it is there already. */
  override commit(id: string, command: Command): Promise<Committed> {
    return this.sending.of(id, () => super.commit(id, command));
  }

  /** At once, not one after another: each writes a key of its own, so they share blocks and cannot conflict. */
  private async sendAll(): Promise<void> {
    const where = [{ state: 'NEW' as const }, { state: 'SIGNED' as const }];
    const waiting = await this.rows.getRepository(OutboxItem).find({ where, order: { id: 'ASC' }, take: 64 });
    await Promise.all(waiting.map(({ id, command }) => this.commit(id, command as unknown as Command)));
  }

  /** Begins to send in the background; the clock repeats what fails. */
  nudge(): void {
    void this.settle().catch(() => undefined);
  }
}
