// Money arrives once: the payment's id is the journal entry's id, whoever reports it and however often.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { needSignedWebhook } from '../../../domain/market/payments';
import { paymentReceived } from '../../../domain/market/journal';
import { MoneyText, readMoney } from '../../../domain/market/money';
import { Id, Slug } from '../../../domain/ledger/shapes';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { Participants } from '../../participants/participants.service';
import { record } from '../books/journal';
import { first, FOREVER, inTransaction, rows } from '../store/sql';
import { moveDunning, type DunningState } from '../../../domain/market/dunning';
import { WEBHOOK_SECRET } from './secret';

export const Payment = z.strictObject({
  id: Id,
  buyer: Slug,
  money: MoneyText,
  /** Prepaid credit may expire (ms UTC) and burns by priority, lower first. */
  expiresAt: z.int().positive().optional(),
  priority: z.int().min(0).max(100).optional(),
  /** `seller/number` of the invoice it pays. */
  invoice: z.string().max(80).optional(),
});
export type Payment = z.infer<typeof Payment>;

interface Kept {
  readonly buyer: string;
  readonly currency: string;
  readonly minor: string;
}

@Injectable()
export class Payments {
  constructor(
    private readonly database: DataSource,
    private readonly participants: Participants,
    @Inject(WEBHOOK_SECRET) private readonly secret: Uint8Array | null,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Refuses WEBHOOK_UNSET, WEBHOOK_SIGNATURE, WEBHOOK_OLD before anything is read from the body. */
  webhook(header: string, body: Uint8Array): void {
    if (this.secret === null) throw new Refusal('WEBHOOK_UNSET');
    needSignedWebhook(header, body, this.clock.now(), this.secret);
  }

  /** The same payment again changes nothing and says so. Refuses PAYMENT_OTHER, PAYMENT_AMOUNT, AMOUNT_UNREADABLE, PARTICIPANT_UNKNOWN. */
  async record(
    payment: Payment,
    source: 'operator' | 'webhook',
    by: string,
  ): Promise<{ id: string; recorded: boolean }> {
    const amount = readMoney(payment.money);
    if (amount.minor <= 0n) throw new Refusal('PAYMENT_AMOUNT', { payment: payment.id });
    await this.participants.one(payment.buyer);
    const now = this.clock.now();
    return inTransaction(this.database, async (tx) => {
      const { id, buyer, expiresAt, priority, invoice } = payment;
      const fresh = await rows(
        tx,
        `INSERT INTO market_payments (id, buyer, currency, minor, invoice, source, recorded_by, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
        [id, buyer, amount.currency, String(amount.minor), invoice ?? null, source, by, now],
      );
      if (fresh.length === 0) {
        const kept = await first<Kept>(tx, 'SELECT buyer, currency, minor FROM market_payments WHERE id = $1', [id]);
        const same = kept?.buyer === buyer && kept.currency === amount.currency && kept.minor === String(amount.minor);
        if (!same) throw new Refusal('PAYMENT_OTHER', { payment: id });
        return { id, recorded: false };
      }
      await record(tx, paymentReceived({ id: `payment:${id}`, at: now, subject: id }, buyer, amount));
      await tx.query(
        `INSERT INTO market_grants (id, buyer, currency, priority, expires_at, created_at, remaining) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [id, buyer, amount.currency, priority ?? 50, expiresAt ?? FOREVER, now, String(amount.minor)],
      );
      if (invoice !== undefined) await this.settleInvoice(tx, invoice, buyer);
      return { id, recorded: true };
    });
  }

  /** A paid invoice stops being reminded of; an unknown one is somebody's typing error, not a reason to lose money. */
  private async settleInvoice(tx: Parameters<typeof first>[0], name: string, buyer: string): Promise<void> {
    const [seller, number] = name.split('/');
    const row = await first<{ state: DunningState }>(
      tx,
      'SELECT state FROM market_invoices WHERE seller = $1 AND number = $2 AND buyer = $3 FOR UPDATE',
      [seller, number, buyer],
    );
    if (row === undefined || row.state === 'PAID') return;
    await tx.query('UPDATE market_invoices SET state = $3 WHERE seller = $1 AND number = $2', [
      seller,
      number,
      moveDunning(row.state, 'PAID'),
    ]);
  }
}
