// Seals this owner's leaves into batches and anchors them, one at a time, for as long as the program runs.
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Anchoring } from '../../adapters/ledger/anchoring/anchoring';
import { checkUp, type CheckUp } from '../../adapters/ledger/anchoring/check-up';
import type { Ledger } from '../../domain/ledger/port';
import type { Tree } from '../../domain/merkle';
import { leafOf, padsFor, sealReason } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';
import { CLOCK, type Clock, RANDOM, type Random } from '../../platform/clock';
import { ledgerSigner } from '../../wire';
import { KEYRING, type Keyring } from '../keys';
import { LEDGER } from '../witness';
import { PostgresBook } from './postgres-book';

const LOOK_MS = 200;

@Injectable()
export class OwnTree implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(OwnTree.name);
  private readonly anchoring: Anchoring;
  private readonly book: PostgresBook;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private sealedAt: number;
  private oldestAt: number | undefined;

  constructor(
    database: DataSource,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEYRING) private readonly keys: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) random: Random,
  ) {
    this.sealedAt = clock.now();
    this.book = new PostgresBook(database);
    const pad = () => ({ bytes: leafOf('PAD', random(32)) });
    this.anchoring = new Anchoring(this.book, ledger, ledgerSigner(keys), (n) =>
      Array.from({ length: padsFor(n) }, pad),
    );
  }

  leaves(): Promise<Tree> {
    return this.anchoring.leaves();
  }

  /** From what is stored now, not from what this process remembers. */
  async checkUp(): Promise<CheckUp> {
    return checkUp(this.ledger, this.keys.participant, await this.book.sealed());
  }

  onApplicationBootstrap(): void {
    this.next();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private next(): void {
    if (!this.stopped) this.timer = setTimeout(() => void this.look().finally(() => this.next()), LOOK_MS);
  }

  /** One look: go on with an open batch, or seal when it is time (1,024 leaves, 2 s, or the 60 s heartbeat). */
  private async look(): Promise<void> {
    try {
      if ((await this.book.open()) === undefined && !(await this.due())) return;
      const progress = await this.anchoring.step(true);
      if (progress === undefined) return;
      this.sealedAt = this.clock.now();
      this.oldestAt = undefined;
      this.log.log({ seq: progress.seq, size: progress.size, height: progress.committed.height });
    } catch (error) {
      // Nothing is lost: the batch stays open and the next look goes on with it.
      this.log.warn({ code: error instanceof Refusal ? error.code : 'ANCHOR_STEP_FAILED' });
    }
  }

  private async due(): Promise<boolean> {
    const leaves = (await this.book.pending(1024)).length;
    if (leaves > 0) this.oldestAt ??= this.clock.now();
    const waiting = { leaves, oldestAt: this.oldestAt ?? 0, sealedAt: this.sealedAt };
    return sealReason(waiting, this.clock.now()) !== undefined;
  }
}
