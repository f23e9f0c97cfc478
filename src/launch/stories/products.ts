// What both stories of the market do: a right to sell, a product listed at a price, a statement as a table.
import type { Json, JsonObject } from '../../domain/canonical';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import type { Market } from '../../sdk';

/** Far off and fixed, so that the same product registered again reads alike. */
const UNTIL = Date.UTC(2040, 0, 1);

export const productId = (repository: string, name: string): string =>
  `${repository}.${name.replaceAll(/\W+/g, '-')}`.slice(0, 128);

/** The owner's holding right on the ledger, once. */
export async function holdingRight(
  market: Market,
  ledger: Ledger,
  { owner, repository }: { readonly owner: string; readonly repository: string },
): Promise<void> {
  const right = `${repository}.holding`;
  if ((await ledger.read(ledgerKeys.right(right))) !== undefined) return;
  const shape = { right, repository, kind: 'holding' as const, holder: owner, shareBp: 10_000, from: 0 };
  await market.say(ledger, { type: 'RegisterRight', ...shape });
}

export interface Wares {
  readonly name: string;
  readonly title?: { readonly en: string; readonly zh: string };
  readonly repository: string;
  readonly template: string;
  readonly purpose: string;
  readonly plan: Json;
  readonly shareRule: Json;
}

/** Registered, priced, shared out and listed; what stands already stays. Permits alone still open the questions. */
export async function listProduct(market: Market, wares: Wares): Promise<string> {
  const { name, repository, template, purpose, plan, shareRule } = wares;
  const id = productId(repository, name);
  const title = wares.title ?? { en: `Answers, ${name}`, zh: `数据答案（${name}）` };
  await market.register({
    schema: 'aggregora/product/1',
    id,
    repository,
    title,
    description: title,
    templates: [template],
    purposes: [purpose],
    from: 0,
    until: UNTIL,
    runs: null,
    permit: { quota: 100, rho: '1', days: 365 },
    unpaid: 'allowed',
  });
  await market.price(id, plan);
  await market.share(id, shareRule);
  await market.list(id);
  return id;
}

/** Head and rows of statement lines. */
export function statementTable(lines: readonly JsonObject[]): [readonly string[], readonly (readonly string[])[]] {
  const text = (value: Json | undefined) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const rows = lines.map((line) => [
    text(line['subject']).slice(-12),
    text(line['why']),
    `${text(line['amount'])} ${text(line['currency'])}`,
    `${text(line['rule']).slice(7, 15)} v${text(line['ruleVersion'])}`,
    Object.entries(line['inputs'] as JsonObject)
      .map(([name, value]) => `${name} ${text(value)}`)
      .join(', '),
    text((line['ledger'] as JsonObject | null)?.['height']),
  ]);
  return [['for', 'share', 'amount', 'rule', 'follows from', 'ledger height'], rows];
}
