// Securitisation: forecast subscription cash flows paid out from the senior tranche down, with stress runs.
import { needInput } from './steps';

export interface Tranche {
  readonly name: string;
  readonly principal: number;
  /** Per period. */
  readonly coupon: number;
}

export interface TranchePaid {
  readonly name: string;
  readonly interest: number;
  readonly principal: number;
  /** Principal and unpaid interest still owed at the end. */
  readonly shortfall: number;
}

export interface Waterfall {
  readonly tranches: readonly TranchePaid[];
  /** What is left for equity. */
  readonly residual: number;
}

interface Open {
  readonly tranche: Tranche;
  owed: number;
  arrears: number;
  interest: number;
  principal: number;
}

/** Each period: interest senior to junior (unpaid interest is carried, without interest on it), then principal senior to junior, rest to equity. */
export function waterfall(flows: readonly number[], tranches: readonly Tranche[]): Waterfall {
  const open: Open[] = tranches.map((tranche) => {
    needInput('coupon', tranche.coupon, 0);
    return { tranche, owed: needInput('principal', tranche.principal, 0), arrears: 0, interest: 0, principal: 0 };
  });
  let residual = 0;
  for (const flow of flows) residual += payPeriod(open, needInput('flow', flow, 0));
  return {
    tranches: open.map(({ tranche, interest, principal, owed, arrears }) => ({
      name: tranche.name,
      interest,
      principal,
      shortfall: owed + arrears,
    })),
    residual,
  };
}

function payPeriod(open: readonly Open[], flow: number): number {
  let cash = flow;
  for (const each of open) {
    const due = each.arrears + each.owed * each.tranche.coupon;
    const paid = Math.min(cash, due);
    each.interest += paid;
    each.arrears = due - paid;
    cash -= paid;
  }
  for (const each of open) {
    const paid = Math.min(cash, each.owed);
    each.principal += paid;
    each.owed -= paid;
    cash -= paid;
  }
  return cash;
}

/** The same waterfall with every flow cut by each stress (0.3 = 30 % less), in order. */
export function stressed(
  flows: readonly number[],
  tranches: readonly Tranche[],
  cuts: readonly number[],
): readonly (Waterfall & { readonly cut: number })[] {
  return cuts.map((cut) => ({
    cut,
    ...waterfall(
      flows.map((flow) => flow * (1 - needInput('cut', cut, 0, 1))),
      tranches,
    ),
  }));
}
