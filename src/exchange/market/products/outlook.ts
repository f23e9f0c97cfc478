// What an owner sees before publishing: what the plan would earn at a given use, and every way it could be gamed.
import { asJson, modelOf, PricePlan, publishable, type PriceContext } from '../../../domain/market/prices';
import { attacksOn, closureOf, Menu } from '../../../domain/market/precision';
import { amountText, fromText } from '../../../domain/market/money';
import { Refusal } from '../../../domain/refusals';

export interface Assumed {
  readonly buyers: number;
  readonly runsPerBuyer: number;
  readonly rho: string;
}

/** Never refuses for a bad plan: it says `fault` with its code and details instead, and shows attacks and repaired menus. */
export function outlook(document: unknown, assumed: Assumed, now: number) {
  const read = PricePlan.safeParse(document);
  const menus = read.success ? menusIn(read.data) : [];
  const attacks = menus.flatMap(attacked);
  try {
    const plan = publishable(document);
    return { fault: null, attacks, earns: { ...assumed, ...earnings(plan, assumed, now) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { fault: { code: error.code, details: error.details }, attacks, earns: null };
  }
}

/** Every menu inside a plan, wherever its model keeps it. */
function menusIn(value: unknown): Menu[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Menu.safeParse((value as { menu?: unknown }).menu);
  return [...(own.success ? [own.data] : []), ...Object.values(value).flatMap(menusIn)];
}

function attacked(menu: Menu) {
  const found = attacksOn(menu);
  if (found.length === 0) return [];
  return found.map((attack) => ({ ...(asJson(attack) as object), menu, repaired: closureOf(menu) }));
}

function earnings(plan: PricePlan, { buyers, runsPerBuyer, rho }: Assumed, now: number) {
  const model = modelOf(plan);
  const context: PriceContext = {
    now,
    buyer: { id: 'assumed', verified: true, credentials: [] },
    purpose: 'research',
    runsBefore: 0n,
    rolledOver: 0n,
  };
  const priced = (event: 'start' | 'run', runsBefore: bigint): bigint | Refusal => {
    try {
      const usage = { event, runs: 1n, rho, repeated: false };
      const { lines } = model.price(plan.terms, usage, { ...context, runsBefore }, plan.currency);
      return lines.reduce((sum, line) => sum + line.minor, 0n);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  };
  let each = 0n;
  const start = priced('start', 0n);
  if (typeof start === 'bigint') each += start;
  fromText(rho);
  for (let run = 0; run < runsPerBuyer; run += 1) {
    const minor = priced('run', BigInt(run));
    if (minor instanceof Refusal) return { stopsAfter: run, why: minor.code, total: total(each, buyers, plan) };
    each += minor;
  }
  return { stopsAfter: null, why: null, total: total(each, buyers, plan) };
}

const total = (each: bigint, buyers: number, { currency }: PricePlan) => ({
  amount: amountText({ minor: each * BigInt(buyers), currency }),
  currency,
});
