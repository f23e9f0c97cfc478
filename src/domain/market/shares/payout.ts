// A captured price becomes payout lines: tax, fee, privacy compensation, rights, contributions; they sum to the price.
import type { ContentId } from '../../canonical';
import {
  fromText,
  over,
  rateInMinor,
  rational,
  roundDown,
  roundHalfEven,
  roundUp,
  split,
  sumOf,
  times,
  type Rational,
  type Weighted,
} from '../money';
import { account, type Account } from '../journal';
import { weights, type Contribution, type Weight } from './contributions';
import { shareRuleId, type ShareRule } from './rule';

/** One line of a statement: who gets what, by which rule and version, from which inputs, proven where. */
export interface PayoutLine {
  readonly account: Account;
  readonly minor: bigint;
  readonly why: 'tax' | 'platform-fee' | 'privacy-compensation' | 'holding' | 'processing' | 'usage' | 'newcomer';
  readonly rule: ContentId;
  readonly ruleVersion: number;
  /** The figures the amount follows from, as text. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Ledger key and height of the settlement; filled when it is recorded. */
  readonly ledger: { readonly key: string; readonly height: number } | null;
}

export interface Capture {
  readonly minor: bigint;
  readonly currency: string;
  /** rho each owner's repository spent on the answer, as text. */
  readonly rho: readonly { readonly owner: string; readonly rho: string }[];
  readonly contributions: readonly Contribution[];
  readonly processors: readonly { readonly id: string; readonly shareBp: number }[];
  readonly licensors: readonly { readonly id: string; readonly shareBp: number }[];
}

/**
 * Lines that sum to the captured price: price − tax − fee → compensation per rho (rounded up, capped by what is left) →
 * the rest by rights weights → holding by capped contribution, a declared part of it by newcomers' weights.
 * Refuses SHARES_WITHOUT_CONTRIBUTION and the refusals of `split`.
 */
export function payouts(rule: ShareRule, capture: Capture): readonly PayoutLine[] {
  const line = liner(rule);
  const tax = part(capture.minor, rule.taxBp, roundHalfEven);
  const fee = part(capture.minor - tax, rule.platformFeeBp, roundDown);
  const net = capture.minor - tax - fee;
  const compensation = compensate(rule, capture, net);
  const rest = net - total(compensation);
  return [
    line(account('tax'), tax, 'tax', { bp: String(rule.taxBp) }),
    line(account('platform.fee'), fee, 'platform-fee', { bp: String(rule.platformFeeBp) }),
    ...compensation.map(({ id, minor }) =>
      line(account('privacy.compensation', id), minor, 'privacy-compensation', {
        perRho: rule.compensationPerRho,
        rho: capture.rho.find(({ owner }) => owner === id)?.rho ?? '0',
      }),
    ),
    ...byRights(rule, capture, rest, line),
  ].filter((each) => each.minor > 0n);
}

interface Sum {
  readonly id: string;
  readonly minor: bigint;
  readonly weight: Rational;
}

/** μᵢ per owner; when they pass what is there, all are cut in proportion (Li et al. 2014 §5: never more than the price). */
function compensate(rule: ShareRule, { rho, currency }: Capture, net: bigint): readonly Sum[] {
  const perRho = rateInMinor(rule.compensationPerRho, currency);
  const wanted = rho.map(({ owner, rho: spent }) => ({ id: owner, weight: times(perRho, fromText(spent)) }));
  const asked = wanted.map(({ id, weight }) => ({ id, weight, minor: roundUp(weight) }));
  if (total(asked) <= net) return asked;
  return split(net, wanted);
}

type Line = ReturnType<typeof liner>;

function byRights(rule: ShareRule, capture: Capture, rest: bigint, line: Line): readonly PayoutLine[] {
  if (rest === 0n) return [];
  const { rights } = rule;
  const claims = [
    { id: 'holding', weight: rational(BigInt(rights.holding)) },
    { id: 'processing', weight: rational(capture.processors.length > 0 ? BigInt(rights.processing) : 0n) },
    { id: 'usage', weight: rational(capture.licensors.length > 0 ? BigInt(rights.usage) : 0n) },
  ];
  const amounts = new Map(split(rest, claims).map(({ id, minor }) => [id, minor]));
  return [
    ...holding(rule, capture, amounts.get('holding') ?? 0n, line),
    ...shareOut(amounts.get('processing') ?? 0n, capture.processors, 'processing', line),
    ...shareOut(amounts.get('usage') ?? 0n, capture.licensors, 'usage', line),
  ];
}

/** Holding: a declared part is set aside for the newcomer pool; both parts go by capped contribution. */
function holding(rule: ShareRule, capture: Capture, whole: bigint, line: Line): readonly PayoutLine[] {
  if (whole === 0n) return [];
  const found = weights(capture.contributions, rule.entityCapBp);
  const pool = found.some((each) => each.newcomer && each.weight.num > 0n)
    ? part(whole, rule.newcomer.poolBp, roundDown)
    : 0n;
  const main = split(whole - pool, found);
  const extra =
    pool === 0n
      ? []
      : split(
          pool,
          found.map((each) => bonus(each, rule.newcomer.multiplierBp)),
        );
  const inputs = contributed(found, rule.entityCapBp);
  return [
    ...main.map(({ id, minor }) => line(account('owner.payable', id), minor, 'holding', inputs(id))),
    ...extra.map(({ id, minor }) =>
      line(account('owner.payable', id), minor, 'newcomer', {
        ...inputs(id),
        multiplierBp: String(rule.newcomer.multiplierBp),
      }),
    ),
  ];
}

/** What a holder's share follows from: its contribution, what of it counts under the cap, and the sum of what counts. */
function contributed(found: readonly Weight[], capBp: number) {
  const of = inText(sumOf(found.map(({ weight }) => weight)));
  const byOwner = new Map(found.map((each) => [each.id, each]));
  return (id: string): Readonly<Record<string, string>> => {
    const own = byOwner.get(id);
    if (own === undefined) return {};
    return { contribution: inText(own.contributed), counted: inText(own.weight), of, capBp: String(capBp) };
  };
}

function bonus({ id, weight, newcomer }: Weight, multiplierBp: number): Weighted {
  return { id, weight: newcomer ? times(weight, rational(BigInt(multiplierBp), 10_000n)) : weight };
}

function shareOut(
  whole: bigint,
  parties: readonly { readonly id: string; readonly shareBp: number }[],
  why: 'processing' | 'usage',
  line: Line,
): readonly PayoutLine[] {
  if (whole === 0n) return [];
  const parts = split(
    whole,
    parties.map(({ id, shareBp }) => ({ id, weight: rational(BigInt(shareBp)) })),
  );
  return parts.map(({ id, minor, weight }) =>
    line(account('owner.payable', id), minor, why, { shareBp: inText(weight) }),
  );
}

function liner(rule: ShareRule) {
  const id = shareRuleId(rule);
  return (
    to: Account,
    minor: bigint,
    why: PayoutLine['why'],
    inputs: Readonly<Record<string, string>>,
  ): PayoutLine => ({
    account: to,
    minor,
    why,
    rule: id,
    ruleVersion: rule.version,
    inputs,
    ledger: null,
  });
}

function part(whole: bigint, bp: number, round: (value: Rational) => bigint): bigint {
  return round(over(rational(whole * BigInt(bp)), rational(10_000n)));
}

function total(parts: readonly { readonly minor: bigint }[]): bigint {
  return parts.reduce((sum, each) => sum + each.minor, 0n);
}

function inText(weight: Rational): string {
  return weight.den === 1n ? String(weight.num) : `${String(weight.num)}/${String(weight.den)}`;
}

/** Exact check used by tests and by reconciliation: do these lines sum to the price? */
export function sumsTo(lines: readonly PayoutLine[], minor: bigint): boolean {
  return sumOf(lines.map((line) => rational(line.minor))).num === minor;
}
