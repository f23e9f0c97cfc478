// A pool is what holds draw on: limit, spent, held. spent + held never passes the limit.
import { Refusal } from '../../refusals';
import { compare, fromText, minus, plus, toText } from '../money';
import type { Hold, HoldKind } from './hold';

export interface Pool {
  readonly id: string;
  readonly kind: HoldKind;
  readonly limit: string;
  readonly spent: string;
  readonly held: string;
}

/** The refusal a full pool answers with. */
const full = { money: 'BALANCE_TOO_LOW', quota: 'RUNS_SPENT', rho: 'RHO_SPENT' } as const satisfies Record<
  HoldKind,
  string
>;

export function emptyPool(id: string, kind: HoldKind, limit: string): Pool {
  return { id, kind, limit: toText(fromText(limit)), spent: '0', held: '0' };
}

/** What can still be held. */
export function leftIn(pool: Pool): string {
  return toText(minus(fromText(pool.limit), plus(fromText(pool.spent), fromText(pool.held))));
}

/** The pool with one more hold in it. Refuses BALANCE_TOO_LOW, RUNS_SPENT or RHO_SPENT, by kind. */
export function drawHold(pool: Pool, hold: Hold): Pool {
  needOwn(pool, hold);
  if (compare(fromText(hold.amount), fromText(leftIn(pool))) > 0) throw new Refusal(full[pool.kind], { pool: pool.id });
  return { ...pool, held: toText(plus(fromText(pool.held), fromText(hold.amount))) };
}

/** The pool after the hold ended: what was captured is spent, the rest is free. */
export function settleHold(pool: Pool, hold: Hold): Pool {
  needOwn(pool, hold);
  if (hold.state === 'HELD') throw new TypeError('the hold has not ended');
  const held = toText(minus(fromText(pool.held), fromText(hold.amount)));
  return { ...pool, held, spent: toText(plus(fromText(pool.spent), fromText(hold.captured))) };
}

function needOwn(pool: Pool, hold: Hold): void {
  if (pool.id !== hold.pool || pool.kind !== hold.kind) throw new TypeError('the hold belongs to another pool');
}
