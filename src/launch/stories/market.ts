// The market's story over the real doors: by each pricing model one question is sold and really answered; then the books are opened.
import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { Json, JsonObject } from '../../domain/canonical';
import { ledgerKeys } from '../../domain/ledger';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import type { Searcher } from '../../sdk/asking/searcher';
import { buy, Market, type Bought } from '../../sdk/market';
import type { Client, Keyring } from '../../wire';
import { appraisedTerms, bundleTerms, currency, exploitable, plan, shareRule, terms } from './market-plans';

/** What the story needs of a town; participants by the part they play. */
export interface MarketContext {
  readonly client: (participant: string) => Promise<Client> | Client;
  readonly keys: (participant: string) => Promise<Keyring> | Keyring;
  readonly ledger: Ledger;
  /** The buyer's way to ask: its book is open here. */
  readonly searcher: Searcher;
  /** One step of anchoring and proofs of the buyer's book. */
  readonly advance: () => Promise<unknown>;
  readonly parts: {
    readonly operator: string;
    readonly owner: string;
    readonly buyer: string;
    /** Bids against the buyer. */
    readonly rival: string;
    readonly auditor: string;
    readonly appraiser: string;
  };
  readonly repository: string;
  readonly template: string;
  /** The buyer's permit for them. */
  readonly permit: string;
  readonly purpose: string;
  /** A question nobody asked before, as far as the budget goes; the same again costs nothing. */
  readonly parameters: (index: number) => JsonObject;
  readonly say: (line: string) => void;
}

export interface Sold {
  readonly model: string;
  readonly paid: string;
  readonly captured: string;
  readonly status: string;
}

export interface MarketOutcome {
  readonly sold: readonly Sold[];
  readonly zero: boolean;
  readonly unexplained: readonly string[];
  readonly invoice: string;
  readonly statementLines: number;
}

const YEAR_MS = 365 * 86_400_000;
const money = (amount: string) => ({ amount, currency });
/** Long enough for two bids over HTTP, short enough to wait for. */
const AUCTION_MS = 6_000;

interface Stage extends MarketContext {
  readonly owner: Market;
  readonly buyer: Market;
  readonly rival: Market;
  readonly auditor: Market;
  readonly operator: Market;
  readonly appraiser: Market;
  asked: number;
  readonly sold: Sold[];
}

/** Safe to tell again: what exists is found, what was paid is not paid twice. Returns what an onlooker would check. */
export async function run(context: MarketContext): Promise<MarketOutcome> {
  const stage = await enter(context);
  await rightsAndMoney(stage);
  await products(stage);
  await byPriceList(stage);
  await bySubscription(stage);
  await byScore(stage);
  await byBargain(stage);
  await byAuctions(stage);
  await byThirdParty(stage);
  await again(stage);
  return closing(stage);
}

async function enter(context: MarketContext): Promise<Stage> {
  const market = async (who: string) => new Market(await context.client(who), await context.keys(who));
  const { parts } = context;
  return {
    ...context,
    owner: await market(parts.owner),
    buyer: await market(parts.buyer),
    rival: await market(parts.rival),
    auditor: await market(parts.auditor),
    operator: await market(parts.operator),
    appraiser: await market(parts.appraiser),
    asked: 0,
    sold: [],
  };
}

/** The owner's holding right on the ledger, and prepaid credit for both buyers. */
async function rightsAndMoney(stage: Stage): Promise<void> {
  const { owner, operator, ledger, parts, repository, say } = stage;
  const right = `${repository}.holding`;
  if ((await ledger.read(ledgerKeys.right(right))) === undefined) {
    const shape = { right, repository, kind: 'holding' as const, holder: parts.owner, shareBp: 10_000, from: 0 };
    await owner.say(ledger, { type: 'RegisterRight', ...shape });
  }
  say(`${parts.owner} holds ${repository}: the right is on the ledger`);
  for (const buyer of [parts.buyer, parts.rival])
    await operator.recordPayment({ id: `transfer-${buyer}-${v7()}`, buyer, money: money('500.00') });
  say('prepaid credit: 500.00 CNY each, recorded once by the operator');
}

const idOf = (stage: Stage, name: string) => `${stage.repository}.${name}`.slice(0, 128);

async function list(stage: Stage, name: string, what: Json): Promise<string> {
  const { owner, repository, template, purpose } = stage;
  const id = idOf(stage, name);
  const words = { en: `Answers, ${name}`, zh: `数据答案（${name}）` };
  await owner.register({
    schema: 'aggregora/product/1',
    id,
    repository,
    title: words,
    description: words,
    templates: [template],
    purposes: [purpose],
    from: 0,
    until: Date.UTC(new Date().getUTCFullYear(), 0, 1) + 3 * YEAR_MS,
    runs: null,
    permit: { quota: 100, rho: '1', days: 365 },
    unpaid: 'allowed',
  });
  await owner.price(id, plan(name, what));
  await owner.share(id, shareRule);
  await owner.list(id);
  return id;
}

async function products(stage: Stage): Promise<void> {
  const { owner, parts, say } = stage;
  const [probe = 'per-use'] = Object.keys(terms);
  await list(stage, probe, terms[probe] ?? {});
  const attack = await owner.price(idOf(stage, probe), exploitable).catch((error: unknown) => error);
  if (!(attack instanceof Refusal)) throw new Error('An exploitable menu was published.');
  say(
    `an exploitable menu is refused (${attack.code}): ${String(attack.details['buy'])} for ${String(attack.details['cost'])} saves ${String(attack.details['saved'])}`,
  );
  for (const [name, what] of Object.entries(terms)) await list(stage, name, what);
  for (const mode of ['real-time', 'automatic'] as const)
    await list(stage, `appraised-${mode}`, appraisedTerms(parts.appraiser, mode));
  for (const member of ['member-a', 'member-b']) await list(stage, member, terms['per-use'] ?? {});
  await list(stage, 'bundle', bundleTerms([idOf(stage, 'member-a'), idOf(stage, 'member-b')]));
  say(`${String(Object.keys(terms).length + 5)} products listed after the compliance rows held`);
}

/** One question under a product, answered by the data end, and what it cost. */
async function sell(stage: Stage, model: string, product = model, paid = 'per question'): Promise<Bought> {
  const { buyer, searcher, parts, repository, template, permit, purpose, parameters } = stage;
  const question = { repository, owner: parts.owner, template, permit, purpose, parameters: parameters(stage.asked) };
  stage.asked += 1;
  const bought = await buy(buyer, searcher, { product: idOf(stage, product), ...question });
  const captured = bought.order.captured ?? `held ${bought.order.held}`;
  const status = bought.opened.answer.status;
  stage.sold.push({ model, paid, captured, status });
  stage.say(`${model.padEnd(24)} ${status.padEnd(9)} captured ${captured} ${bought.order.state}`);
  return bought;
}

async function byPriceList(stage: Stage): Promise<void> {
  for (const model of ['per-use', 'menu', 'tiers', 'free', 'differential']) await sell(stage, model);
}

/** Keyed by the product, so that telling the story again finds the subscription instead of buying another. */
async function bySubscription(stage: Stage): Promise<void> {
  for (const [model, product] of [
    ['subscription-fixed', 'subscription-fixed'],
    ['subscription-per-use', 'subscription-per-use'],
    ['bundle', 'bundle'],
  ] as const) {
    await stage.buyer.subscribe(
      idOf(stage, product),
      'Asia/Shanghai',
      `story-${product}-${stage.repository}`.slice(0, 128),
    );
    await sell(stage, model, model === 'bundle' ? 'member-a' : product, 'a fee each month');
  }
}

async function byScore(stage: Stage): Promise<void> {
  const { xid, order } = await sell(stage, 'feedback', 'feedback', 'by score');
  if (order.state !== 'RUNNING') return;
  const scored = await stage.buyer.score(xid, '0.9');
  stage.say(`feedback: held ${order.held}, scored 0.9, captured ${scored.captured ?? ''}`);
}

async function byBargain(stage: Stage): Promise<void> {
  const { buyer, owner, say } = stage;
  const opened = await buyer.offer(idOf(stage, 'bargaining'), money('10.00'));
  const countered = await owner.counter(opened.id, opened.offers.at(-1)?.hash ?? '', money('30.00'));
  const again = await buyer.counter(opened.id, countered.offers.at(-1)?.hash ?? '', money('20.00'));
  const agreed = await owner.accept(opened.id, again.offers.at(-1)?.hash ?? '');
  say(`bargaining: 10.00, 30.00, 20.00: ${agreed.state}`);
  await sell(stage, 'bargaining', 'bargaining', '20.00 agreed');
}

/** All five at once, so that one wait serves them. */
async function byAuctions(stage: Stage): Promise<void> {
  const { owner, buyer, rival, ledger } = stage;
  const now = Date.now();
  const open = async (name: string) => (await owner.openAuction(idOf(stage, name), now, now + AUCTION_MS)).id;
  const names = ['english', 'dutch', 'sealed-first', 'sealed-second', 'uniform'] as const;
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, await open(name));
  const id = (name: (typeof names)[number]) => ids.get(name) ?? '';
  for (const name of names) await Promise.all([buyer.deposit(id(name)), rival.deposit(id(name))]);
  await rival.bid(id('english'), money('5.00'));
  await buyer.bid(id('english'), money('6.00'));
  await buyer.bid(id('dutch'), money('20.00'));
  const sealed = [];
  for (const name of ['sealed-first', 'sealed-second', 'uniform'] as const) {
    sealed.push([buyer, await buyer.seal(id(name), money('9.00'), ledger)] as const);
    sealed.push([rival, await rival.seal(id(name), money('7.00'), ledger)] as const);
  }
  await pause(Math.max(0, now + AUCTION_MS + 100 - Date.now()));
  for (const name of names) await owner.advanceAuction(id(name));
  for (const [bidder, bid] of sealed) await bidder.reveal(bid);
  for (const name of names) await settled(stage, name, id(name));
  for (const name of names) await sell(stage, name, name, 'what the auction found');
}

async function settled(stage: Stage, name: string, id: string): Promise<void> {
  for (let look = 0; look < 120; look += 1) {
    const { state, awards } = await stage.owner.advanceAuction(id);
    if (state === 'SETTLED') {
      const won = awards.map(({ bidder, minor }) => `${bidder} pays ${minor}`).join(', ');
      stage.say(`${name} auction: ${won}`);
      return;
    }
    await pause(100);
  }
  throw new Error(`The ${name} auction did not end.`);
}

async function byThirdParty(stage: Stage): Promise<void> {
  const { appraiser } = stage;
  for (const mode of ['real-time', 'automatic'] as const) {
    const now = Date.now();
    const value = { currency, minor: '150', low: '120', high: '180', at: now, validUntil: now + 3_600_000 };
    const said = {
      product: idOf(stage, `appraised-${mode}`),
      model: 'income-2026',
      input: `sha256:${'0'.repeat(64)}`,
      ...value,
    };
    await appraiser.appraise(said);
    await sell(stage, `third party, ${mode}`, `appraised-${mode}`, 'appraised');
  }
}

/** The same question once more: the stored answer costs nothing. */
async function again(stage: Stage): Promise<void> {
  stage.asked = 0;
  const { quote, order } = await sell(stage, 'the first one again', 'per-use', 'nothing');
  if (quote.total !== '0' || order.captured !== '0') throw new Error('A stored answer was charged.');
}

async function closing(stage: Stage): Promise<MarketOutcome> {
  const { auditor, owner, buyer, parts, say, advance } = stage;
  const orders = (await buyer.orders()).items;
  for (let look = 0; look < 150; look += 1) {
    await advance();
    const { postings, final } = await auditor.reconciliation();
    if (final > 0 && (await explained(stage, postings))) break;
    await pause(200);
  }
  const books = await auditor.books();
  for (const { currency: code, sum, postings } of books.sums)
    say(`journal ${code}: ${postings} postings sum to ${sum}`);
  const invoice = await owner.invoice({ seller: parts.owner, buyer: parts.buyer, currency, zone: 'Asia/Shanghai' });
  const page = await buyer.invoicePage(invoice.seller, invoice.number, 'zh');
  say(
    `invoice ${invoice.number}: ${String(invoice.lines.length)} lines, total ${invoice.total} minor units; page of ${String(page.length)} characters`,
  );
  const statement = await owner.statement();
  for (const { why, amount, currency: code } of statement.totals) say(`statement ${why}: ${amount} ${code}`);
  const { unexplained, postings, final } = await auditor.reconciliation();
  say(
    `${String(postings)} journal entries, ${String(final)} under a FINAL receipt, ${String(unexplained.length)} unexplained: every posting has a receipt or a reason`,
  );
  say(`${String(orders.length)} orders in all; sold by ${String(stage.sold.length)} ways`);
  return {
    sold: stage.sold,
    zero: books.zero,
    unexplained,
    invoice: invoice.number,
    statementLines: statement.lines.length,
  };
}

/** All orders of the story that were answered have a final receipt. */
async function explained(stage: Stage, postings: number): Promise<boolean> {
  const found = (await stage.auditor.reconciliation()) as unknown as { items: readonly { because: string | null }[] };
  const waiting = found.items.filter(({ because }) => because === 'answered: the receipt is being anchored');
  return postings > 0 && waiting.length === 0;
}
