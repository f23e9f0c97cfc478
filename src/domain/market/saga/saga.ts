// One paid question from price to books: the table of its life, and what each end does to its three holds.
import { Refusal } from '../../refusals';
import { captureHold, expireHold, releaseHold, type Hold, type HoldKind } from '../holds';

export const sagaMoves = {
  QUOTED: ['RESERVED', 'VOIDED', 'EXPIRED'],
  RESERVED: ['RUNNING', 'VOIDED', 'EXPIRED'],
  RUNNING: ['POSTED', 'VOIDED', 'EXPIRED'],
  POSTED: [],
  VOIDED: [],
  EXPIRED: [],
} as const;
export type SagaState = keyof typeof sagaMoves;

type Ending = 'capture' | 'release' | 'expire';
interface Outcome {
  readonly from: readonly SagaState[];
  readonly to: SagaState;
  readonly money: Ending;
  readonly quota: Ending;
  readonly rho: Ending;
}

/**
 * How a saga can end. After data were touched rho is gone whatever happens to the money; a job that vanished while
 * running is treated as if it had touched them. A refund comes later and never restores rho.
 */
export const outcomes = {
  answered: { from: ['RUNNING'], to: 'POSTED', money: 'capture', quota: 'capture', rho: 'capture' },
  'refused-before-data': {
    from: ['RESERVED', 'RUNNING'],
    to: 'VOIDED',
    money: 'release',
    quota: 'release',
    rho: 'release',
  },
  'failed-after-data': { from: ['RUNNING'], to: 'VOIDED', money: 'release', quota: 'release', rho: 'capture' },
  'withdrawn-by-buyer': {
    from: ['QUOTED', 'RESERVED'],
    to: 'VOIDED',
    money: 'release',
    quota: 'release',
    rho: 'release',
  },
  'expired-before-run': {
    from: ['QUOTED', 'RESERVED'],
    to: 'EXPIRED',
    money: 'expire',
    quota: 'expire',
    rho: 'expire',
  },
  'expired-while-running': { from: ['RUNNING'], to: 'EXPIRED', money: 'expire', quota: 'expire', rho: 'capture' },
} as const satisfies Readonly<Record<string, Outcome>>;
export type OutcomeName = keyof typeof outcomes;

export interface Saga {
  readonly id: string;
  readonly buyer: string;
  readonly quote: string;
  readonly state: SagaState;
  readonly outcome: OutcomeName | null;
  /** Ids of its holds, by kind; a kind that is absent costs nothing (free plan, stored answer). */
  readonly holds: Partial<Readonly<Record<HoldKind, string>>>;
}

/** The saga one step on. Refuses ORDER_MOVE with the state when the table has no such move. */
export function advance(saga: Saga, to: 'RESERVED' | 'RUNNING'): Saga {
  const allowed: readonly SagaState[] = sagaMoves[saga.state];
  if (!allowed.includes(to)) throw new Refusal('ORDER_MOVE', { order: saga.id, state: saga.state, to });
  return { ...saga, state: to };
}

export interface Ended {
  readonly saga: Saga;
  readonly holds: readonly Hold[];
}

/**
 * Ends the saga and all its holds together; the caller stores both in one transaction. `moneyPart` captures less than
 * the held money (a feedback price). Refuses ORDER_MOVE, and HOLD_ENDED or HOLD_STILL_LIVE from the holds.
 */
export function endSaga(
  saga: Saga,
  holds: readonly Hold[],
  name: OutcomeName,
  { now, moneyPart }: { now: number; moneyPart?: string },
): Ended {
  const outcome: Outcome = outcomes[name];
  if (!outcome.from.includes(saga.state))
    throw new Refusal('ORDER_MOVE', { order: saga.id, state: saga.state, to: name });
  const ended = holds.map((hold) => endHold(hold, outcome[hold.kind], now, moneyPart));
  return { saga: { ...saga, state: outcome.to, outcome: name }, holds: ended };
}

function endHold(hold: Hold, ending: Ending, now: number, moneyPart: string | undefined): Hold {
  switch (ending) {
    case 'capture':
      return captureHold(hold, hold.kind === 'money' ? moneyPart : undefined);
    case 'release':
      return releaseHold(hold);
    case 'expire':
      return expireHold(hold, now);
  }
}
