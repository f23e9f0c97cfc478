// Prepaid credit and quota grants: which is burnt first, and what expires unused.
import { Refusal } from '../../refusals';
import { byId } from '../money';

export interface Grant {
  readonly id: string;
  /** Lower burns first. */
  readonly priority: number;
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly left: bigint;
}

export interface Burn {
  readonly grants: readonly Grant[];
  readonly taken: readonly { readonly grant: string; readonly amount: bigint }[];
}

/** Burn order: priority, earliest expiry, earliest creation, id. */
export function burnOrder(grants: readonly Grant[]): readonly Grant[] {
  return [...grants].sort(
    (a, b) => a.priority - b.priority || a.expiresAt - b.expiresAt || a.createdAt - b.createdAt || byId(a.id, b.id),
  );
}

/** Takes `amount` from live grants in burn order, all or nothing. Refuses RUNS_SPENT. */
export function burn(grants: readonly Grant[], amount: bigint, now: number): Burn {
  const taken: { grant: string; amount: bigint }[] = [];
  let need = amount;
  for (const grant of burnOrder(grants)) {
    if (need === 0n || grant.expiresAt <= now || grant.left === 0n) continue;
    const part = grant.left < need ? grant.left : need;
    taken.push({ grant: grant.id, amount: part });
    need -= part;
  }
  if (need > 0n) throw new Refusal('RUNS_SPENT', { left: String(amount - need) });
  const by = new Map(taken.map((each) => [each.grant, each.amount]));
  return { grants: grants.map((grant) => ({ ...grant, left: grant.left - (by.get(grant.id) ?? 0n) })), taken };
}

/** What is left in grants that have expired; it moves to breakage and the grants become empty. */
export function expireGrants(grants: readonly Grant[], now: number): { grants: readonly Grant[]; broken: bigint } {
  const dead = grants.filter((grant) => grant.expiresAt <= now);
  const broken = dead.reduce((sum, grant) => sum + grant.left, 0n);
  return { grants: grants.map((grant) => (grant.expiresAt <= now ? { ...grant, left: 0n } : grant)), broken };
}
