// Bargaining: alternating offers by hash; an accepted one becomes an agreement and its price is paid in the same transaction.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readMoney, type MoneyText } from '../../../domain/market/money';
import {
  accept,
  type Bargain,
  type BargainState,
  counter,
  end,
  type EndReason,
  lapse,
  lastOffer,
  type Offer,
  open,
  type Side,
} from '../../../domain/market/negotiation';
import { needOrderable } from '../../../domain/market/product';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock, NEW_ID, type NewId } from '../../../platform/clock';
import { Awarding } from '../agreements/negotiated';
import { Payees } from '../books/payees';
import { planOf, productOf, type ProductRow } from '../products/store';
import { first, inTransaction, rows, type Tx } from '../store/sql';
import type { Chore } from '../sweeper/chore';

export interface Terms {
  readonly money: MoneyText;
  /** Seconds the offer stays open, at most the plan's; absent takes the plan's. */
  readonly seconds?: number | undefined;
}

export interface Seen extends Bargain {
  readonly product: string;
  readonly rule: string;
  readonly buyer: string;
  readonly seller: string;
  readonly agreement: string | null;
}

@Injectable()
export class Bargains implements Chore {
  constructor(
    private readonly database: DataSource,
    private readonly payees: Payees,
    private readonly awarding: Awarding,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NEW_ID) private readonly newId: NewId,
  ) {}

  /** The buyer's first offer. Refuses PLAN_OTHER_MODEL, OWN_PRODUCT, OFFER_AMOUNT, CURRENCY_MISMATCH, ORDER_AFTER_WITHDRAWAL. */
  async open(productId: string, terms: Terms, buyer: string): Promise<Seen> {
    const { manager } = this.database;
    const product = await productOf(manager, productId);
    needOrderable(product.id, product.state);
    if (product.owner === buyer) throw new Refusal('OWN_PRODUCT', { product: product.id });
    const { plan, rule, currency, rounds, offerSeconds } = await mechanismOf(manager, product);
    const now = this.clock.now();
    const draft = { id: this.newId(), plan, currency, maxRounds: rounds };
    const made = open(draft, offered('buyer', terms, offerSeconds, now));
    const it: Seen = { ...made, product: product.id, rule, buyer, seller: product.owner, agreement: null };
    await inTransaction(this.database, async (tx) => {
      await tx.query(
        `INSERT INTO market_bargains (id, product, plan, rule, buyer, seller, currency, max_rounds, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [it.id, it.product, it.plan, it.rule, it.buyer, it.seller, it.currency, it.maxRounds, it.state],
      );
      await saveOffer(tx, it.id, lastOffer(made));
    });
    return it;
  }

  /** Refuses OFFER_OUT_OF_TURN, OFFER_NOT_LAST, OFFER_EXPIRED, ROUNDS_USED_UP, NEGOTIATION_OVER, CURRENCY_MISMATCH. */
  async counter(id: string, hash: string, terms: Terms, by: string): Promise<Seen> {
    const product = await productOf(this.database.manager, (await bargainOf(this.database.manager, id)).product);
    const { offerSeconds } = await mechanismOf(this.database.manager, product);
    await inTransaction(this.database, async (tx) => {
      const it = await bargainOf(tx, id, 'FOR UPDATE');
      const next = counter(it, hash, offered(sideOf(it, by), terms, offerSeconds, this.clock.now()));
      await saveOffer(tx, id, lastOffer(next));
    });
    return bargainOf(this.database.manager, id);
  }

  /** Refuses as `counter`, and BALANCE_TOO_LOW when the buyer cannot pay: then the offer stands. */
  async accept(id: string, hash: string, by: string): Promise<Seen> {
    const { manager } = this.database;
    const seen = await bargainOf(manager, id);
    const product = await productOf(manager, seen.product);
    const parties = [await this.payees.ofProduct(product.id, seen.rule, this.clock.now())];
    await inTransaction(this.database, async (tx) => {
      const now = this.clock.now();
      const it = await bargainOf(tx, id, 'FOR UPDATE');
      const agreed = accept(it, hash, sideOf(it, by), now);
      const { minor, hash: source } = lastOffer(agreed);
      const { plan, rule, buyer, currency } = it;
      const won = {
        kind: 'bargain' as const,
        product,
        plan,
        rule,
        buyer,
        currency,
        minor,
        source,
        mechanism: 'bargaining',
      };
      const kept = await this.awarding.award(tx, won, now, parties);
      await saveState(tx, id, agreed, kept.id);
    });
    return bargainOf(manager, id);
  }

  /** Either side ends it, with the reason both can read. */
  async decline(id: string, by: string): Promise<Seen> {
    await inTransaction(this.database, async (tx) => {
      const it = await bargainOf(tx, id, 'FOR UPDATE');
      const reason: EndReason = sideOf(it, by) === 'buyer' ? 'declined-by-buyer' : 'declined-by-seller';
      await saveState(tx, id, end(it, reason), null);
    });
    return bargainOf(this.database.manager, id);
  }

  async one(id: string, by: string): Promise<Seen> {
    const it = await bargainOf(this.database.manager, id);
    sideOf(it, by);
    return it;
  }

  async list(by: string): Promise<Seen[]> {
    const ids = await rows<{ id: string }>(
      this.database.manager,
      'SELECT id FROM market_bargains WHERE $1 IN (buyer, seller) ORDER BY id DESC LIMIT 100',
      [by],
    );
    return Promise.all(ids.map(({ id }) => bargainOf(this.database.manager, id)));
  }

  /** Ends what nobody answered in time. */
  async sweep(): Promise<void> {
    const late = await rows<{ id: string }>(
      this.database.manager,
      `SELECT b.id FROM market_bargains b JOIN market_offers o ON o.bargain = b.id
       WHERE b.state = 'OFFERED' GROUP BY b.id HAVING max(o.valid_until) <= $1 LIMIT 100`,
      [this.clock.now()],
    );
    for (const { id } of late) {
      await inTransaction(this.database, async (tx) => {
        const it = await bargainOf(tx, id, 'FOR UPDATE');
        const next = lapse(it, this.clock.now());
        if (next.state !== it.state) await saveState(tx, id, next, null);
      });
    }
  }
}

function offered(by: Side, { money, seconds }: Terms, most: number, now: number) {
  const { minor, currency } = readMoney(money);
  return { by, minor, currency, validUntil: now + Math.min(seconds ?? most, most) * 1000, now };
}

async function mechanismOf(tx: Tx, product: ProductRow) {
  const plan = await planOf(tx, product.id, product.plan);
  const { terms } = plan;
  if (
    terms.model !== 'negotiated' ||
    terms.mechanism.by !== 'bargaining' ||
    product.plan === null ||
    product.rule === null
  )
    throw new Refusal('PLAN_OTHER_MODEL', { product: product.id });
  return { ...terms.mechanism, plan: product.plan, rule: product.rule, currency: plan.currency };
}

/** Strangers learn nothing: for them it does not exist. */
function sideOf(it: Seen, by: string): Side {
  if (by === it.buyer) return 'buyer';
  if (by === it.seller) return 'seller';
  throw new Refusal('NEGOTIATION_UNKNOWN', { negotiation: it.id });
}

async function bargainOf(tx: Tx, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<Seen> {
  const row = await first<{
    id: string;
    product: string;
    plan: string;
    rule: string;
    buyer: string;
    seller: string;
    currency: string;
    max_rounds: number;
    state: BargainState;
    reason: EndReason | null;
    agreement: string | null;
  }>(tx, `SELECT * FROM market_bargains WHERE id = $1 ${lock}`, [id]);
  if (row === undefined) throw new Refusal('NEGOTIATION_UNKNOWN', { negotiation: id });
  const offers = await rows<{ hash: string; side: Side; round: number; minor: string; valid_until: string }>(
    tx,
    'SELECT hash, side, round, minor, valid_until FROM market_offers WHERE bargain = $1 ORDER BY round',
    [id],
  );
  const { max_rounds, ...rest } = row;
  return {
    ...rest,
    maxRounds: max_rounds,
    offers: offers.map(({ hash, side, round, minor, valid_until }) => ({
      hash: hash as Offer['hash'],
      by: side,
      round,
      minor: BigInt(minor),
      validUntil: Number(valid_until),
    })),
  };
}

const saveOffer = (tx: Tx, id: string, { round, hash, by, minor, validUntil }: Offer) =>
  tx.query(
    'INSERT INTO market_offers (bargain, round, hash, side, minor, valid_until) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, round, hash, by, String(minor), validUntil],
  );

const saveState = (tx: Tx, id: string, { state, reason }: Bargain, agreement: string | null) =>
  tx.query('UPDATE market_bargains SET state = $2, reason = $3, agreement = $4 WHERE id = $1', [
    id,
    state,
    reason,
    agreement,
  ]);
