// Who contributed how much, from noised figures only: copies of one verified entity count as one, capped.
import { Refusal } from '../../refusals';
import { byId, compare, least, over, plus, rational, sumOf, times, ZERO, type Rational } from '../money';

export interface Contribution {
  /** Who is paid. */
  readonly owner: string;
  /** The verified entity behind the owner: copies under other names share one cap. */
  readonly entity: string;
  /** Hash of the content; the same content counts once. */
  readonly fingerprint: string;
  /** A noised count that was already released; exact counts would leak. May be negative, which counts as 0. */
  readonly noised: bigint;
  readonly newcomer: boolean;
}

export interface Weight {
  readonly id: string;
  readonly weight: Rational;
  /** Before the cap. */
  readonly contributed: Rational;
  readonly newcomer: boolean;
}

/**
 * One weight an entity (its first owner in id order is paid): contents counted once, then cut to `capBp` of all
 * contributions. Splitting an owner in two, or listing copies, gains nothing. Refuses SHARES_WITHOUT_CONTRIBUTION.
 */
export function weights(contributions: readonly Contribution[], capBp: number): readonly Weight[] {
  const entities = new Map<string, Weight>();
  const seen = new Set<string>();
  for (const each of [...contributions].sort((a, b) => byId(a.owner, b.owner))) {
    const counted = seen.has(each.fingerprint) || each.noised <= 0n ? ZERO : rational(each.noised);
    seen.add(each.fingerprint);
    const known = entities.get(each.entity);
    entities.set(each.entity, {
      id: known?.id ?? each.owner,
      weight: plus(known?.weight ?? ZERO, counted),
      contributed: plus(known?.weight ?? ZERO, counted),
      newcomer: (known?.newcomer ?? true) && each.newcomer,
    });
  }
  return capped([...entities.values()], capBp);
}

function capped(found: readonly Weight[], capBp: number): readonly Weight[] {
  const total = sumOf(found.map((each) => each.weight));
  if (compare(total, ZERO) <= 0) throw new Refusal('SHARES_WITHOUT_CONTRIBUTION');
  // A cap below 1/n would bind everybody alike; then it means an equal split among those who contributed.
  const cap = times(total, over(rational(BigInt(capBp)), rational(10_000n)));
  return found.map((each) => ({ ...each, weight: least(each.weight, cap) }));
}
