// Reserving: the three holds of a paid question, placed together or not at all.
import { Refusal } from '../../refusals';
import { drawHold, isNothing, placeHold, type Hold, type HoldKind, type Pool } from '../holds';
import { advance, type Saga } from './saga';

export interface Need {
  readonly kind: HoldKind;
  readonly amount: string;
  readonly pool: Pool;
}

export interface Reserved {
  readonly saga: Saga;
  readonly holds: readonly Hold[];
  readonly pools: readonly Pool[];
}

/**
 * Holds for every need that is not zero, ids `<saga>.<kind>`. Refuses ORDER_MOVE, and BALANCE_TOO_LOW, RUNS_SPENT or
 * RHO_SPENT with nothing placed. `expiresAt` must leave room for the job: job limit plus claim window.
 */
export function reserve(saga: Saga, needs: readonly Need[], expiresAt: number): Reserved {
  if (new Set(needs.map((need) => need.kind)).size !== needs.length)
    throw new Refusal('HOLD_NOT_WHOLE', { order: saga.id });
  const placed = needs
    .map((need) => {
      const draft = {
        id: `${saga.id}.${need.kind}`,
        kind: need.kind,
        pool: need.pool.id,
        amount: need.amount,
        expiresAt,
      };
      return { need, hold: placeHold(draft) };
    })
    .filter(({ hold }) => !isNothing(hold));
  return {
    saga: {
      ...advance(saga, 'RESERVED'),
      holds: Object.fromEntries(placed.map(({ hold }) => [hold.kind, hold.id])),
    },
    holds: placed.map(({ hold }) => hold),
    pools: placed.map(({ need, hold }) => drawHold(need.pool, hold)),
  };
}
