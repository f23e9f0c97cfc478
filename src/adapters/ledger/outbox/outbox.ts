// Exactly-once ledger commands for one signer: after a crash anywhere, the same bytes go out again and land at most once.
import type { DataSource, EntityManager } from 'typeorm';
import type { Command } from '../../../domain/ledger/commands';
import type { Committed, Ledger, LedgerSigner } from '../../../domain/ledger/port';
import { Refusal } from '../../../domain/refusals';
import { OutboxItem } from './entity';

/** Refusals that say nothing about the command itself; everything else is the rules' final word. */
const passing = new Set(['LEDGER_DOWN', 'PEER_DOWN', 'PEER_UNREADABLE', 'LEDGER_CONFLICT']);
const CONFLICT_TRIES = 12;

export class Outbox {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: Ledger,
    private readonly signer: LedgerSigner,
  ) {}

  /** Keeps a command, in the same transaction as whatever caused it; `drain` or `commit` sends it. */
  async enqueue(tx: EntityManager, id: string, command: Command): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(OutboxItem)
      .values({ id, command: command as never, state: 'NEW' })
      .orIgnore()
      .execute();
  }

  /** Enqueues and sends at once. Returns where it landed; throws the rule's refusal, or LEDGER_DOWN with the command safely kept. */
  async commit(id: string, command: Command): Promise<Committed> {
    await this.enqueue(this.database.manager, id, command);
    return this.send(id);
  }

  /** Sends all that is waiting, oldest key first; returns how many landed. Stops at the first passing failure. */
  async drain(): Promise<number> {
    const waiting = await this.items.find({
      where: [{ state: 'NEW' }, { state: 'SIGNED' }],
      select: { id: true },
      order: { id: 'ASC' },
    });
    let landed = 0;
    for (const { id } of waiting) {
      await this.send(id).then(
        () => (landed += 1),
        (error: unknown) => {
          if (!(error instanceof Refusal) || passing.has(error.code)) throw error;
        },
      );
    }
    return landed;
  }

  private async send(id: string): Promise<Committed> {
    for (let tries = 1; ; tries += 1) {
      const item = await this.items.findOneByOrFail({ id });
      const settled = settledAs(item);
      if (settled !== undefined) return settled;
      try {
        return await this.attempt(item);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === 'LEDGER_CONFLICT') {
          await this.items.update({ id }, { state: 'NEW', txId: null, txBytes: null });
          if (tries < CONFLICT_TRIES) continue;
        } else if (!passing.has(error.code)) {
          await this.items.update({ id }, { state: 'REFUSED', refusal: error.code });
        }
        throw error;
      }
    }
  }

  private async attempt(item: OutboxItem): Promise<Committed> {
    const bytes = item.txBytes;
    const kept = item.txId !== null && bytes !== null ? { id: item.txId, bytes: new Uint8Array(bytes) } : undefined;
    const transaction = kept ?? (await this.ledger.prepare(item.command as unknown as Command, this.signer));
    if (kept === undefined) {
      const signed = { state: 'SIGNED', txId: transaction.id, txBytes: Buffer.from(transaction.bytes) } as const;
      await this.items.update({ id: item.id }, signed);
    }
    const committed = await this.ledger.submit(transaction);
    await this.items.update({ id: item.id }, { state: 'COMMITTED', height: committed.height, index: committed.index });
    return committed;
  }

  private get items() {
    return this.database.getRepository(OutboxItem);
  }
}

function settledAs(item: OutboxItem): Committed | undefined {
  if (item.state === 'REFUSED') throw new Refusal(item.refusal ?? 'LEDGER_REFUSED', { outbox: item.id });
  if (item.state !== 'COMMITTED') return undefined;
  return { id: item.txId ?? '', height: item.height ?? 0, index: item.index ?? 0 };
}
