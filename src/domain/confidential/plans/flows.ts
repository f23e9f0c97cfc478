// Origin–destination tables: one cell an ordered pair of zones.
import { Refusal } from '../../refusals';
import { encode, layOut, type ContributionPlan } from './plan';

/** `tripsPerUnit` bounds how many trips of one privacy unit count; zones² cells. */
export const flowsPlan = (zones: readonly string[], tripsPerUnit: bigint, unitsBound: bigint): ContributionPlan =>
  layOut('flows', zones, [
    {
      as: 'trips',
      length: zones.length * zones.length,
      sensitivity: tripsPerUnit,
      changed: tripsPerUnit,
      bound: unitsBound * tripsPerUnit,
    },
  ]);

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly trips: bigint;
}

/** One repository's cells; refuses PLAN_NOT_LINEAR for an unknown zone. */
export function encodeFlows(plan: ContributionPlan, flows: readonly Flow[]): bigint[] {
  const cells = new Array<bigint>(plan.cells).fill(0n);
  for (const { from, to, trips } of flows) {
    const [a, b] = [plan.keys.indexOf(from), plan.keys.indexOf(to)];
    if (a < 0 || b < 0) throw new Refusal('PLAN_NOT_LINEAR', { zones: plan.keys.length });
    cells[a * plan.keys.length + b] = (cells[a * plan.keys.length + b] ?? 0n) + trips;
  }
  return encode(plan, new Map([['trips', cells]]));
}
