// Sends what the market wrote for the ledger: agreements before settlements, one sender at a time across replicas.
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Command } from '../../../domain/ledger/commands';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import { rows } from '../store/sql';

/** Any number, the same for all replicas. */
const LOCK = 0x6d61_726b;
/** A settlement follows the final receipt of its answer; when the searcher never comes back, it goes without. */
const PATIENCE_MS = 3_600_000;
const passing = new Set(['LEDGER_DOWN', 'PEER_DOWN', 'PEER_UNREADABLE', 'LEDGER_CONFLICT']);

interface Item {
  readonly id: string;
  readonly command: Command;
}

@Injectable()
export class Drain {
  private readonly log = new Logger(Drain.name);

  constructor(
    private readonly database: DataSource,
    private readonly outbox: OperatorOutbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** How many landed; stops at the first failure that another try may cure. Names sort in the order of need. */
  async run(limit = 200): Promise<number> {
    const lock = this.database.createQueryRunner();
    await lock.connect();
    try {
      const [got] = await rows<{ ok: boolean }>(lock.manager, 'SELECT pg_try_advisory_lock($1) AS ok', [LOCK]);
      if (got?.ok !== true) return 0;
      try {
        return await this.send(limit);
      } finally {
        await lock.query('SELECT pg_advisory_unlock($1)', [LOCK]);
      }
    } finally {
      await lock.release();
    }
  }

  /**
   * What must stand on the ledger before an order's question leaves: the product's listing, then the agreement. Without it
   * an answer could be anchored before the agreement it was sold under. Refuses LEDGER_DOWN; then the question waits too.
   */
  async before(product: string, agreement: string): Promise<void> {
    const waiting = await rows<Item>(
      this.database.manager,
      `SELECT id, command FROM ledger_outbox WHERE state IN ('NEW', 'SIGNED')
       AND (id = 'market/2-agreement/' || $2 OR starts_with(id, 'market/1-listing/' || $1 || '/')) ORDER BY id`,
      [product, agreement],
    );
    for (const item of waiting) await this.one(item);
  }

  /** Sends one, with its name locked: two senders would sign it twice, and the second be refused for what the first did. */
  private async one({ id, command }: Item): Promise<void> {
    const lock = this.database.createQueryRunner();
    await lock.connect();
    try {
      await lock.query('SELECT pg_advisory_lock(hashtextextended($1, 11))', [id]);
      try {
        await this.outbox.commit(id, command);
      } finally {
        await lock.query('SELECT pg_advisory_unlock(hashtextextended($1, 11))', [id]);
      }
    } finally {
      await lock.release();
    }
  }

  private async send(limit: number): Promise<number> {
    const waiting = await rows<Item>(
      this.database.manager,
      `SELECT i.id, i.command FROM ledger_outbox i WHERE i.id LIKE 'market/%' AND i.state IN ('NEW', 'SIGNED')
       AND NOT EXISTS (SELECT 1 FROM market_orders o JOIN relayed_exchanges r ON r.xid = o.id
         WHERE 'market/3-settlement/' || o.id = i.id AND r.state <> 'FINAL' AND o.ended_at > $2)
       ORDER BY i.id LIMIT $1`,
      [limit, this.clock.now() - PATIENCE_MS],
    );
    let landed = 0;
    for (const item of waiting) {
      try {
        await this.one(item);
        landed += 1;
      } catch (error) {
        if (!(error instanceof Refusal) || passing.has(error.code)) return landed;
        this.log.warn({ outbox: item.id, code: error.code });
      }
    }
    return landed;
  }
}
