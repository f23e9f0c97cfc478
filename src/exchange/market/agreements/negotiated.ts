// What a negotiation leads to, however it was led: an agreement at the found price, charged once, in the caller's transaction.
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import { chargeNow, type Parties } from '../books/charging';
import type { ProductRow } from '../products/store';
import { agreement, agreementCommand, type AgreementRow, keepAgreement } from './agreement';

export interface Won {
  readonly kind: 'bargain' | 'auction';
  readonly product: ProductRow;
  readonly plan: string;
  readonly rule: string;
  readonly buyer: string;
  readonly currency: string;
  readonly minor: bigint;
  /** The accepted offer's hash, or the auction. */
  readonly source: string;
  readonly mechanism: string;
}

@Injectable()
export class Awarding {
  constructor(private readonly outbox: OperatorOutbox) {}

  /** Refuses BALANCE_TOO_LOW, OWN_PRODUCT; then nothing was agreed. */
  async award(tx: EntityManager, won: Won, now: number, parties: readonly Parties[]): Promise<AgreementRow> {
    const it = agreement({
      kind: won.kind,
      product: won.product.id,
      plan: won.plan as never,
      rule: won.rule as never,
      seller: won.product.owner,
      buyer: won.buyer,
      zone: 'UTC',
      agreed: String(won.minor),
      currency: won.currency,
      starts: Math.floor(now / 1000) * 1000,
      ends: won.product.document.until,
      members: [],
      source: won.source,
    });
    await keepAgreement(tx, it);
    await this.outbox.enqueue(tx, `market/2-agreement/${it.id}`, agreementCommand(it));
    const lines = [{ type: 'FIXED' as const, what: won.mechanism, quantity: 1n, minor: won.minor }];
    const sale = { subject: `${it.id}.award`, agreement: it, at: now, captured: won.minor, lines, rho: '0', parties };
    const settled = await chargeNow(tx, sale);
    await this.outbox.enqueue(tx, `market/3-settlement/${sale.subject}`, settled.command);
    return it;
  }
}
