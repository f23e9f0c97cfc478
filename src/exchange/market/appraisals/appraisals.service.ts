// Appraisals by a trusted third party: a signed document enters only under the appraiser's own receipt key.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { contentId, type Json } from '../../../domain/canonical';
import { verifyJws } from '../../../domain/identity';
import { Currency } from '../../../domain/market/money';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock } from '../../../platform/clock';
import { OperatorOutbox } from '../../ledger/operator-outbox';
import { Participants } from '../../participants/participants.service';
import { planOf, productOf } from '../products/store';
import { inTransaction } from '../store/sql';

export const APPRAISAL_TYPE = 'market-appraisal+jws';
const Minor = z.string().regex(/^\d{1,15}$/);

/** What the appraiser signs. `input` is the hash of what was valued; value and interval in minor units. */
export const AppraisalStatement = z.strictObject({
  product: z.string().max(128),
  appraiser: z.string().max(41),
  model: z.string().max(100),
  input: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  currency: Currency,
  minor: Minor,
  low: Minor,
  high: Minor,
  at: z.int().nonnegative(),
  validUntil: z.int().positive(),
});

@Injectable()
export class Appraisals {
  constructor(
    private readonly database: DataSource,
    private readonly participants: Participants,
    private readonly outbox: OperatorOutbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Refuses APPRAISAL_UNSIGNED, APPRAISAL_FOREIGN, APPRAISAL_BOUNDS, APPRAISAL_STALE, APPRAISER_INVOLVED, PLAN_OTHER_MODEL. */
  async record(product: string, statement: string, by: string) {
    const { manager } = this.database;
    const row = await productOf(manager, product);
    const { terms } = await planOf(manager, product, row.plan);
    if (terms.model !== 'appraised') throw new Refusal('PLAN_OTHER_MODEL', { product });
    const { receiptCertificate } = await this.participants.one(by);
    const payload: Json = verifyJws(statement, APPRAISAL_TYPE, new Uint8Array(receiptCertificate));
    const said = AppraisalStatement.safeParse(payload);
    if (!said.success || said.data.product !== product || said.data.appraiser !== by)
      throw new Refusal('APPRAISAL_UNSIGNED', { product });
    const { appraiser, model, minor, low, high, at, validUntil } = said.data;
    if (appraiser === row.owner) throw new Refusal('APPRAISER_INVOLVED', { appraiser });
    if (appraiser !== terms.appraiser || model !== terms.appraisalModel)
      throw new Refusal('APPRAISAL_FOREIGN', { appraiser });
    if (BigInt(minor) < BigInt(low) || BigInt(minor) > BigInt(high)) throw new Refusal('APPRAISAL_BOUNDS');
    if (validUntil <= this.clock.now() || at > this.clock.now() + 60_000) throw new Refusal('APPRAISAL_STALE');
    const id = contentId('aggregora/appraisal/1', payload);
    await inTransaction(this.database, async (tx) => {
      await tx.query(
        `INSERT INTO market_appraisals (id, product, appraiser, document, statement, at, valid_until) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING`,
        [id, product, appraiser, said.data, statement, at, validUntil],
      );
      await this.outbox.enqueue(tx, `market/1-appraisal/${id.slice(7)}`, {
        type: 'RecordHash',
        stream: 'market-appraisal',
        id: id.slice(7),
        hash: id.slice(7),
      });
    });
    return { id, product };
  }
}
