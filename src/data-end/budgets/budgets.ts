// Holds on rho and quota: set aside before data are touched, captured once they were, released only if they were not.
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Refusal } from '../../domain/refusals';
import {
  add,
  afford,
  capture,
  type Hold,
  type HoldKind,
  leftOf,
  parseRational,
  place,
  release,
  subtract,
  toText,
  zero,
} from '../../domain/safe-answers';
import { Account, HoldRow } from './entities';

/** What one question draws, and from which account; the account is opened with this cap when it is new. */
export interface Charge {
  readonly account: string;
  readonly kind: HoldKind;
  readonly cap: string;
  readonly amount: string;
  /** The refusal when the account cannot cover it. */
  readonly refusal: string;
}

/** A data end's holds have no clock: only the question's own end settles them, also after a crash. */
const NEVER = Number.MAX_SAFE_INTEGER;

@Injectable()
export class Budgets {
  /** Places all holds or none. Refuses with the charge's own code, or RUN_FAILED when a crash left holds behind. A lowered cap binds at once. */
  async reserve(tx: EntityManager, xid: string, charges: readonly Charge[], now: number): Promise<void> {
    // Holds without an answer are what a crash leaves: data may have been touched then, so the first run was the only one.
    if (await tx.existsBy(HoldRow, { xid })) throw new Refusal('RUN_FAILED', { xid });
    for (const charge of inLockOrder(charges)) {
      const { account: id, kind, cap } = charge;
      await tx
        .createQueryBuilder()
        .insert()
        .into(Account)
        .values({ id, kind, cap, spent: '0', held: '0' })
        .orIgnore()
        .execute();
      const account = await locked(tx, id);
      const hold = place({
        id: `${xid}/${id}`,
        kind,
        account: id,
        amount: charge.amount,
        heldAt: now,
        expiresAt: NEVER,
      });
      const [spent, held, amount] = [account.spent, account.held, hold.amount].map(parseRational) as [R, R, R];
      if (!afford(parseRational(cap), spent, held, amount)) {
        throw new Refusal(charge.refusal, {
          needed: hold.amount,
          left: toText(leftOf({ cap: parseRational(cap), spent, held })),
        });
      }
      await tx.update(Account, { id }, { cap, held: toText(add(held, amount)) });
      await tx.insert(HoldRow, { xid, account: id, kind, amount: hold.amount, state: hold.state, heldAt: String(now) });
    }
  }

  /** Data were touched: what was held is spent, whatever became of the answer. */
  capture(tx: EntityManager, xid: string, now: number): Promise<void> {
    return this.settle(tx, xid, (hold) => capture(hold, now));
  }

  /** Data were certainly not touched: everything is given back. */
  release(tx: EntityManager, xid: string, now: number): Promise<void> {
    return this.settle(tx, xid, (hold) => release(hold, now));
  }

  /** What can still be held, as exact text; the whole cap when the account was never used. */
  async left(tx: EntityManager, id: string, cap: string): Promise<string> {
    const account = await tx.findOneBy(Account, { id });
    const [spent, held] = [account?.spent ?? '0', account?.held ?? '0'].map(parseRational) as [R, R];
    return toText(leftOf({ cap: parseRational(cap), spent, held }));
  }

  private async settle(tx: EntityManager, xid: string, resolve: (hold: Hold) => Hold): Promise<void> {
    const rows = await tx.find(HoldRow, {
      where: { xid, state: 'HELD' },
      order: { account: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const row of rows) {
      const account = await locked(tx, row.account);
      const resolved = resolve(holdOf(row));
      const held = toText(subtract(parseRational(account.held), parseRational(row.amount)));
      const spent = toText(
        add(parseRational(account.spent), resolved.captured === null ? zero : parseRational(resolved.captured)),
      );
      await tx.update(Account, { id: row.account }, { held, spent });
      await tx.update(HoldRow, { xid, account: row.account }, { state: resolved.state });
    }
  }
}

type R = ReturnType<typeof parseRational>;

const locked = (tx: EntityManager, id: string): Promise<Account> =>
  tx.findOneOrFail(Account, { where: { id }, lock: { mode: 'pessimistic_write' } });

const holdOf = ({ xid, account, kind, amount, state, heldAt }: HoldRow): Hold => ({
  id: `${xid}/${account}`,
  kind,
  account,
  amount,
  state,
  touched: false,
  heldAt: Number(heldAt),
  expiresAt: NEVER,
  captured: null,
  resolvedAt: null,
});

/** One order for everybody, so that two questions never wait for each other. */
const inLockOrder = (charges: readonly Charge[]) => [...charges].sort((a, b) => (a.account < b.account ? -1 : 1));
