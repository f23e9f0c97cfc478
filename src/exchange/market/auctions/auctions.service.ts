// Auctions of exclusivity, licences or a period's rho: bids under the auction's lock, sealed bids through the ledger, awards paid or passed on.
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ledgerKeys } from '../../../domain/ledger';
import type { Ledger } from '../../../domain/ledger/port';
import { readMoney, type MoneyText } from '../../../domain/market/money';
import {
  afterDefault,
  type Award,
  deposits,
  dutchTake,
  englishAward,
  englishBid,
  firstPrice,
  moveAuction,
  needBiddable,
  reveal,
  secondPrice,
  uniformPrice,
  type Bid,
} from '../../../domain/market/negotiation';
import { needOrderable } from '../../../domain/market/product';
import { Refusal } from '../../../domain/refusals';
import { CLOCK, type Clock, NEW_ID, type NewId } from '../../../platform/clock';
import { LEDGER } from '../../ledger/tokens';
import { Awarding } from '../agreements/negotiated';
import type { Parties } from '../books/charging';
import { Payees } from '../books/payees';
import { planOf, productOf } from '../products/store';
import { inTransaction, rows } from '../store/sql';
import type { Chore } from '../sweeper/chore';
import { deposit, deposited, forfeit, giveBack } from './deposits';
import {
  type AuctionRow,
  auctionOf,
  type AwardRow,
  awardsOf,
  bidsOf,
  commitmentsOf,
  insertAuction,
  insertBid,
  saveAuction,
  saveAward,
} from './store';

/** How long a winner may take to pay. */
const PAY_MS = 86_400_000;
/** More than any block has transactions: one number orders all ledger entries. */
const BLOCK = 100_000;

@Injectable()
export class Auctions implements Chore {
  constructor(
    private readonly database: DataSource,
    private readonly payees: Payees,
    private readonly awarding: Awarding,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NEW_ID) private readonly newId: NewId,
  ) {}

  /** Refuses NOT_YOURS, PLAN_OTHER_MODEL, AUCTION_TIMES, ORDER_AFTER_WITHDRAWAL. */
  async create(wanted: { product: string; opensAt: number; closesAt: number }, seller: string): Promise<AuctionRow> {
    const { manager } = this.database;
    const product = await productOf(manager, wanted.product);
    if (product.owner !== seller) throw new Refusal('NOT_YOURS', { product: product.id });
    needOrderable(product.id, product.state);
    const { terms, currency } = await planOf(manager, product.id, product.plan);
    const bad = terms.model !== 'negotiated' || terms.mechanism.by === 'bargaining';
    if (bad || product.plan === null || product.rule === null)
      throw new Refusal('PLAN_OTHER_MODEL', { product: product.id });
    if (wanted.closesAt <= wanted.opensAt) throw new Refusal('AUCTION_TIMES');
    const mechanism = terms.mechanism as AuctionRow['mechanism'];
    const it: AuctionRow = {
      id: this.newId(),
      product: product.id,
      plan: product.plan,
      rule: product.rule,
      seller,
      currency,
      mechanism,
      state: 'SCHEDULED',
      reserve: BigInt(mechanism.reserve),
      increment: BigInt(mechanism.increment),
      deposit: BigInt(mechanism.deposit),
      opensAt: wanted.opensAt,
      closesAt: wanted.closesAt,
      revealUntil: wanted.closesAt + ('revealSeconds' in mechanism ? mechanism.revealSeconds * 1000 : 0),
    };
    await insertAuction(manager, it);
    return it;
  }

  /** Holds the bidder's deposit. Refuses BALANCE_TOO_LOW, BID_LATE, OWN_PRODUCT. */
  async deposit(id: string, bidder: string): Promise<{ auction: string; deposited: string }> {
    return inTransaction(this.database, async (tx) => {
      const it = await this.opened(tx, id);
      if (it.seller === bidder) throw new Refusal('OWN_PRODUCT', { product: it.product });
      const now = this.clock.now();
      if (now >= it.closesAt) throw new Refusal('BID_LATE', { auction: id });
      await deposit(tx, it, bidder, now);
      return { auction: id, deposited: String(await deposited(tx, it, bidder)) };
    });
  }

  /** An open bid: English raises, Dutch takes. Refuses BID_*, CURRENCY_MISMATCH, DEPOSIT_MISSING, PLAN_OTHER_MODEL. */
  async bid(id: string, money: MoneyText, bidder: string): Promise<AuctionRow> {
    const parties = await this.partiesOf(id);
    await inTransaction(this.database, async (tx) => {
      const it = await this.opened(tx, id);
      const now = this.clock.now();
      const { minor, currency } = readMoney(money);
      if (it.seller === bidder) throw new Refusal('OWN_PRODUCT', { product: it.product });
      needBiddable(it, { currency, now, deposited: await deposited(tx, it, bidder) });
      const bids = await bidsOf(tx, id);
      const bid: Bid = { bidder, minor, sequence: bids.length + 1 };
      const { mechanism } = it;
      if (mechanism.by === 'english') {
        const next = englishBid(it, bids, bid, { now, extendSeconds: mechanism.extendSeconds });
        await insertBid(tx, id, { ...bid, at: now });
        await saveAuction(tx, next);
        return;
      }
      if (mechanism.by !== 'dutch') throw new Refusal('PLAN_OTHER_MODEL', { product: it.product });
      const clock = {
        start: BigInt(mechanism.start),
        step: BigInt(mechanism.step),
        stepSeconds: mechanism.stepSeconds,
      };
      const award = dutchTake(it, clock, bid, now);
      await insertBid(tx, id, { ...bid, at: now });
      await this.award(tx, { ...it, ...moveAuction(it, 'CLOSED') }, [award], parties);
    });
    return auctionOf(this.database.manager, id);
  }

  /** Takes the commitment the bidder put on the ledger (RecordHash, stream = auction, id = `bid`). Refuses COMMITMENT_MISSING, BID_*, DEPOSIT_MISSING. */
  async seal(id: string, bidder: string): Promise<{ auction: string; sealed: string; sequence: number }> {
    const entry = await this.ledger.read(ledgerKeys.hash(id, bidder, 'bid'));
    return inTransaction(this.database, async (tx) => {
      const it = await this.opened(tx, id);
      const now = this.clock.now();
      if (!('revealSeconds' in it.mechanism)) throw new Refusal('PLAN_OTHER_MODEL', { product: it.product });
      needBiddable(it, { currency: it.currency, now, deposited: await deposited(tx, it, bidder) });
      if (entry === undefined) throw new Refusal('COMMITMENT_MISSING', { auction: id });
      const sealed = `sha256:${String(entry.value['hash'])}`;
      const sequence = entry.height * BLOCK + entry.index;
      await insertBid(tx, id, { bidder, sequence, sealed, at: now });
      return { auction: id, sealed, sequence };
    });
  }

  /** Refuses REVEAL_EARLY, REVEAL_LATE, REVEAL_UNKNOWN, REVEAL_MISMATCH. The same opening again changes nothing. */
  async reveal(id: string, opening: { money: MoneyText; salt: string }, bidder: string): Promise<void> {
    await inTransaction(this.database, async (tx) => {
      const it = await auctionOf(tx, id, 'FOR UPDATE');
      const { minor, currency } = readMoney(opening.money);
      const whole = { auction: id, bidder, minor, currency, salt: opening.salt };
      const bid = reveal(it, await commitmentsOf(tx, id), whole, this.clock.now());
      await tx.query('UPDATE market_bids SET minor = $4 WHERE auction = $1 AND bidder = $2 AND sequence = $3', [
        id,
        bidder,
        bid.sequence,
        String(bid.minor),
      ]);
    });
  }

  /** A winner without money at the award pays later. Refuses AUCTION_MOVE, BALANCE_TOO_LOW. */
  async pay(id: string, bidder: string): Promise<AuctionRow> {
    const parties = await this.partiesOf(id);
    await inTransaction(this.database, async (tx) => {
      const it = await auctionOf(tx, id, 'FOR UPDATE');
      const award = (await awardsOf(tx, id)).find((each) => each.bidder === bidder && each.state !== 'DEFAULTED');
      if (award === undefined) throw new Refusal('AUCTION_MOVE', { auction: id, state: it.state, to: 'SETTLED' });
      if (award.state === 'AWARDED') await this.paid(tx, it, award, parties);
      await this.settleWhenPaid(tx, it);
    });
    return auctionOf(this.database.manager, id);
  }

  /** Refuses NOT_YOURS, AUCTION_MOVE. Deposits come back. */
  async cancel(id: string, seller: string): Promise<AuctionRow> {
    await inTransaction(this.database, async (tx) => {
      const it = await auctionOf(tx, id, 'FOR UPDATE');
      if (it.seller !== seller) throw new Refusal('NOT_YOURS', { auction: id });
      await saveAuction(tx, moveAuction(it, 'CANCELLED'));
      for (const bidder of await this.depositors(tx, id)) await giveBack(tx, it, bidder, this.clock.now());
    });
    return auctionOf(this.database.manager, id);
  }

  /** What anyone may see: sealed amounts only once revealed. */
  async one(id: string) {
    const { manager } = this.database;
    const it = await auctionOf(manager, id);
    const sealed = (await commitmentsOf(manager, id)).map(({ bidder, hash, sequence }) => ({ bidder, hash, sequence }));
    const showBids = !('revealSeconds' in it.mechanism) || ['AWARDED', 'SETTLED', 'FAILED_RESERVE'].includes(it.state);
    return { ...it, sealed, bids: showBids ? await bidsOf(manager, id) : [], awards: await awardsOf(manager, id) };
  }

  async list() {
    const ids = await rows<{ id: string }>(
      this.database.manager,
      'SELECT id FROM market_auctions ORDER BY closes_at DESC LIMIT 100',
    );
    return Promise.all(ids.map(({ id }) => this.one(id)));
  }

  async sweep(): Promise<void> {
    const now = this.clock.now();
    const due = await rows<{ id: string }>(
      this.database.manager,
      `SELECT id FROM market_auctions WHERE (state IN ('SCHEDULED', 'OPEN', 'EXTENDED') AND closes_at <= $1)
       OR (state IN ('CLOSED', 'REVEAL') AND reveal_until <= $1)
       OR (state = 'AWARDED' AND EXISTS (SELECT 1 FROM market_awards w WHERE w.auction = market_auctions.id AND w.state = 'AWARDED' AND w.pay_until <= $1))
       LIMIT 50`,
      [now],
    );
    for (const { id } of due) {
      await this.advance(id);
      await this.advance(id); // Close and award fall together when nobody looked in between.
    }
  }

  /** One step by the clock: close, open the reveal, award, or pass a defaulted good on. */
  async advance(id: string): Promise<void> {
    const parties = await this.partiesOf(id);
    await inTransaction(this.database, async (tx) => {
      const it = await this.opened(tx, id);
      const now = this.clock.now();
      if ((it.state === 'OPEN' || it.state === 'EXTENDED') && now >= it.closesAt) return this.closed(tx, it, parties);
      if ((it.state === 'REVEAL' || it.state === 'CLOSED') && now >= it.revealUntil)
        return this.award(tx, it, await this.winners(tx, it), parties);
      if (it.state === 'AWARDED') return this.defaulted(tx, it, now, parties);
    });
  }

  private async closed(tx: EntityManager, it: AuctionRow, parties: readonly Parties[]): Promise<void> {
    const closed = { ...it, ...moveAuction(it, 'CLOSED') };
    if ('revealSeconds' in it.mechanism) await saveAuction(tx, moveAuction(closed, 'REVEAL'));
    else await this.award(tx, closed, await this.winners(tx, it), parties);
  }

  private async winners(tx: EntityManager, it: AuctionRow): Promise<readonly Award[]> {
    const bids = await bidsOf(tx, it.id);
    const one = (award: Award | undefined) => (award === undefined ? [] : [award]);
    switch (it.mechanism.by) {
      case 'english':
        return one(englishAward(it, bids));
      case 'dutch':
        return [];
      case 'sealed-first':
        return one(firstPrice(it, bids));
      case 'sealed-second':
        return one(secondPrice(it, bids));
      case 'uniform':
        return uniformPrice(it, bids, it.mechanism.units);
    }
  }

  /** Deposits of losers come back, of the silent are lost, of winners wait for their payment. */
  private async award(
    tx: EntityManager,
    it: AuctionRow,
    awards: readonly Award[],
    parties: readonly Parties[],
  ): Promise<void> {
    const now = this.clock.now();
    const awarded = { ...it, ...moveAuction(it, awards.length === 0 ? 'FAILED_RESERVE' : 'AWARDED') };
    await saveAuction(tx, awarded);
    const sealed = new Set((await commitmentsOf(tx, it.id)).map(({ bidder }) => bidder));
    const spoke = new Set((await bidsOf(tx, it.id)).map(({ bidder }) => bidder));
    const bidders = await this.depositors(tx, it.id);
    const revealed = bidders.filter((bidder) => spoke.has(bidder) || !sealed.has(bidder));
    for (const { bidder, lost } of deposits(bidders, { revealed, defaulted: [] })) {
      if (lost) await forfeit(tx, it, bidder, now);
      else if (!awards.some((each) => each.bidder === bidder)) await giveBack(tx, it, bidder, now);
    }
    for (const each of awards) {
      const row: AwardRow = { ...each, state: 'AWARDED', payUntil: now + PAY_MS, agreement: null };
      await saveAward(tx, it.id, row);
      await this.tryPaid(tx, awarded, row, parties);
    }
    if (awards.length > 0) await this.settleWhenPaid(tx, awarded);
  }

  /** In a savepoint: a winner without money keeps the award and a day to pay. */
  private async tryPaid(tx: EntityManager, it: AuctionRow, row: AwardRow, parties: readonly Parties[]): Promise<void> {
    try {
      await tx.transaction((inner) => this.paid(inner, it, row, parties));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'BALANCE_TOO_LOW') throw error;
    }
  }

  /** The deposit comes back and the price is charged, together. */
  private async paid(tx: EntityManager, it: AuctionRow, row: AwardRow, parties: readonly Parties[]): Promise<void> {
    const now = this.clock.now();
    await giveBack(tx, it, row.bidder, now);
    const product = await productOf(tx, it.product);
    const { plan, rule, currency, mechanism } = it;
    const source = `auction:${it.id}`;
    const won = {
      kind: 'auction' as const,
      product,
      plan,
      rule,
      buyer: row.bidder,
      currency,
      minor: row.minor,
      source,
    };
    const kept = await this.awarding.award(tx, { ...won, mechanism: mechanism.by }, now, parties);
    await saveAward(tx, it.id, { ...row, state: 'SETTLED', agreement: kept.id });
  }

  private async settleWhenPaid(tx: EntityManager, it: AuctionRow): Promise<void> {
    const live = (await awardsOf(tx, it.id)).filter((each) => each.state !== 'DEFAULTED');
    if (it.state === 'AWARDED' && live.length > 0 && live.every((each) => each.state === 'SETTLED'))
      await saveAuction(tx, moveAuction(it, 'SETTLED'));
  }

  /** Winners who did not pay lose their deposits; the next eligible bidder gets the good at its own price. */
  private async defaulted(tx: EntityManager, it: AuctionRow, now: number, parties: readonly Parties[]): Promise<void> {
    for (const late of (await awardsOf(tx, it.id)).filter((each) => each.state === 'AWARDED' && each.payUntil <= now)) {
      await forfeit(tx, it, late.bidder, now);
      await saveAward(tx, it.id, { ...late, state: 'DEFAULTED' });
      const taken = (await awardsOf(tx, it.id)).map(({ bidder }) => bidder);
      const next = afterDefault(await bidsOf(tx, it.id), taken, it.reserve);
      if (next === undefined) continue;
      const row: AwardRow = { ...next, state: 'AWARDED', payUntil: now + PAY_MS, agreement: null };
      await saveAward(tx, it.id, row);
      await this.tryPaid(tx, it, row, parties);
    }
    const live = (await awardsOf(tx, it.id)).filter((each) => each.state !== 'DEFAULTED');
    if (live.length === 0) await saveAuction(tx, moveAuction(it, 'FAILED_RESERVE'));
    else await this.settleWhenPaid(tx, it);
  }

  /** The auction under lock, opened when its time has come. */
  private async opened(tx: EntityManager, id: string): Promise<AuctionRow> {
    const it = await auctionOf(tx, id, 'FOR UPDATE');
    if (it.state !== 'SCHEDULED' || this.clock.now() < it.opensAt) return it;
    const open = { ...it, ...moveAuction(it, 'OPEN') };
    await saveAuction(tx, open);
    return open;
  }

  private async depositors(tx: EntityManager, id: string): Promise<string[]> {
    const found = await rows<{ subject: string }>(
      tx,
      'SELECT subject FROM market_holds WHERE subject LIKE $1 ORDER BY subject',
      [`deposit:${id}:%`],
    );
    return found.map(({ subject }) => subject.slice(`deposit:${id}:`.length));
  }

  private async partiesOf(id: string): Promise<Parties[]> {
    const it = await auctionOf(this.database.manager, id);
    return [await this.payees.ofProduct(it.product, it.rule, this.clock.now())];
  }
}
