// The market's story over the real doors: by each pricing model one question is sold and really answered; then the books are opened.
import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { Json, JsonObject } from '../../domain/canonical';
import type { Ledger } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import type { Searcher } from '../../sdk/asking/searcher';
import { buy, Market, type Bought } from '../../sdk/market';
import type { Client, Keyring } from '../../wire';
import { amountText } from '../../domain/market/money';
import { appraisedTerms, bundleTerms, currency, elsewhere, exploitable, plan, shareRule, terms } from './market-plans';
import { holdingRight, listProduct, productId, statementTable } from './products';

/** Where a product answers from, and the buyer's permit there. */
export interface Place {
  readonly owner: string;
  readonly repository: string;
  readonly template: string;
  readonly permit: string;
}

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
    readonly buyer: string;
    /** Bids against the buyer. */
    readonly rival: string;
    readonly auditor: string;
    readonly appraiser: string;
  };
  readonly first: Place;
  /** Of another owner. */
  readonly second: Place;
  readonly purpose: string;
  /** A question nobody asked before, as far as the budget goes; the same again costs nothing. */
  readonly parameters: (index: number) => JsonObject;
  readonly say: (line: string) => void;
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => void;
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

const money = (amount: string) => ({ amount, currency });
/** Long enough for two bids over HTTP, short enough to wait for. */
const AUCTION_MS = 6_000;

interface Stage extends MarketContext {
  readonly owner: Market;
  readonly otherOwner: Market;
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
  await byTiers(stage);
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
  const { parts, first, second } = context;
  return {
    ...context,
    owner: await market(first.owner),
    otherOwner: await market(second.owner),
    buyer: await market(parts.buyer),
    rival: await market(parts.rival),
    auditor: await market(parts.auditor),
    operator: await market(parts.operator),
    appraiser: await market(parts.appraiser),
    asked: 0,
    sold: [],
  };
}

/** The owners' holding rights on the ledger, and prepaid credit for both buyers. */
async function rightsAndMoney(stage: Stage): Promise<void> {
  const { owner, otherOwner, operator, ledger, parts, first, second, say } = stage;
  for (const [market, place] of [
    [owner, first],
    [otherOwner, second],
  ] as const) {
    await holdingRight(market, ledger, place);
    say(`${place.owner} holds ${place.repository}: the right is on the ledger`);
  }
  for (const buyer of [parts.buyer, parts.rival])
    await operator.recordPayment({ id: `transfer-${buyer}-${v7()}`, buyer, money: money('500.00') });
  say('prepaid credit: 500.00 CNY each, recorded once by the operator');
}

const idOf = ({ repository }: Place, name: string) => productId(repository, name);

async function list(stage: Stage, name: string, what: Json, at: 'first' | 'second' = 'first'): Promise<string> {
  const { repository, template } = stage[at];
  const market = at === 'first' ? stage.owner : stage.otherOwner;
  return listProduct(market, { name, repository, template, purpose: stage.purpose, plan: plan(name, what), shareRule });
}

async function products(stage: Stage): Promise<void> {
  const { owner, parts, first, second, say } = stage;
  const [probe = 'per-use'] = Object.keys(terms);
  await list(stage, probe, terms[probe] ?? {});
  const attack = await owner.price(idOf(first, probe), exploitable).catch((error: unknown) => error);
  if (!(attack instanceof Refusal)) throw new Error('An exploitable menu was published.');
  say(
    `an exploitable menu is refused (${attack.code}): ${String(attack.details['buy'])} for ${String(attack.details['cost'])} saves ${String(attack.details['saved'])}`,
  );
  for (const [name, what] of Object.entries(terms)) await list(stage, name, what);
  for (const [name, what] of Object.entries(elsewhere)) await list(stage, name, what, 'second');
  for (const mode of ['real-time', 'automatic'] as const)
    await list(stage, `appraised-${mode}`, appraisedTerms(parts.appraiser, mode));
  await list(stage, 'member-a', terms['per-use'] ?? {});
  await list(stage, 'member-b', terms['per-use'] ?? {}, 'second');
  await list(stage, 'bundle', bundleTerms([idOf(first, 'member-a'), idOf(second, 'member-b')]));
  const count = Object.keys(terms).length + Object.keys(elsewhere).length + 5;
  say(`${String(count)} products of ${first.owner} and ${second.owner} are listed, after the compliance rows held`);
}

interface Sale {
  readonly product?: string;
  readonly at?: 'first' | 'second';
  readonly paid?: string;
}

/** One question under a product, answered by the data end, and what it cost. */
async function sell(
  stage: Stage,
  model: string,
  { product = model, at = 'first', paid = 'per question' }: Sale = {},
): Promise<Bought> {
  const { buyer, searcher, purpose, parameters } = stage;
  const place = stage[at];
  const question = { ...place, purpose, parameters: parameters(stage.asked) };
  stage.asked += 1;
  const bought = await buy(buyer, searcher, { product: idOf(place, product), ...question });
  const { state, held, captured: got } = bought.order;
  const captured = got === null ? `held ${inWords(held)}` : `paid ${inWords(got)}`;
  const status = bought.opened.answer.status;
  stage.sold.push({ model, paid, captured, status });
  stage.say(`${model.padEnd(24)} ${status.padEnd(9)} ${captured.padEnd(15)} ${state.padEnd(8)} ${paid}`);
  return bought;
}

const inWords = (minor: string) => `${amountText({ minor: BigInt(minor), currency })} ${currency}`;

async function byPriceList(stage: Stage): Promise<void> {
  for (const model of ['per-use', 'menu', 'free', 'differential']) await sell(stage, model);
}

async function byTiers(stage: Stage): Promise<void> {
  for (const model of Object.keys(elsewhere).filter((name) => name.startsWith('tiers')))
    await sell(stage, model, { at: 'second', paid: 'what it adds to the month' });
}

/** Keyed by the product, so that telling the story again finds the subscription instead of buying another. */
async function bySubscription(stage: Stage): Promise<void> {
  const subscribe = (place: Place, product: string) =>
    stage.buyer.subscribe(
      idOf(place, product),
      'Asia/Shanghai',
      `story-${product}-${place.repository}`.replaceAll(/\W+/g, '-').slice(0, 128),
    );
  for (const model of ['subscription-fixed', 'subscription-per-use']) {
    await subscribe(stage.first, model);
    await sell(stage, model, { paid: 'a fee each month' });
  }
  await subscribe(stage.second, 'quota and overage');
  await sell(stage, 'quota: the included one', { product: 'quota and overage', at: 'second', paid: 'in the fee' });
  await sell(stage, 'quota: one over it', { product: 'quota and overage', at: 'second', paid: 'overage' });
  await subscribe(stage.first, 'bundle');
  await sell(stage, 'bundle, first member', { product: 'member-a', paid: 'a fee for both' });
  await sell(stage, 'bundle, second member', { product: 'member-b', at: 'second', paid: 'a fee for both' });
}

async function byScore(stage: Stage): Promise<void> {
  const { xid, order } = await sell(stage, 'feedback', { paid: 'by score' });
  if (order.state !== 'RUNNING') return;
  const scored = await stage.buyer.score(xid, '0.9');
  stage.say(`feedback: held ${inWords(order.held)}, scored 0.9, paid ${inWords(scored.captured ?? '0')}`);
}

async function byBargain(stage: Stage): Promise<void> {
  const { buyer, owner, say } = stage;
  const opened = await buyer.offer(idOf(stage.first, 'bargaining'), money('10.00'));
  const countered = await owner.counter(opened.id, opened.offers.at(-1)?.hash ?? '', money('30.00'));
  const again = await buyer.counter(opened.id, countered.offers.at(-1)?.hash ?? '', money('20.00'));
  const agreed = await owner.accept(opened.id, again.offers.at(-1)?.hash ?? '');
  say(`bargaining: 10.00, 30.00, 20.00: ${agreed.state}`);
  await sell(stage, 'bargaining', { paid: '20.00 agreed, runs included' });
}

/** All five at once, so that one wait serves them. */
async function byAuctions(stage: Stage): Promise<void> {
  const { owner, buyer, rival, ledger } = stage;
  const now = Date.now();
  const open = async (name: string) => (await owner.openAuction(idOf(stage.first, name), now, now + AUCTION_MS)).id;
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
  for (const name of names) await sell(stage, name, { paid: 'what the auction found' });
}

async function settled(stage: Stage, name: string, id: string): Promise<void> {
  for (let look = 0; look < 120; look += 1) {
    const { state, awards } = await stage.owner.advanceAuction(id);
    if (state === 'SETTLED') {
      const won = awards.map(({ bidder, minor }) => `${bidder} pays ${inWords(minor)}`).join(', ');
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
      product: idOf(stage.first, `appraised-${mode}`),
      model: 'income-2026',
      input: `sha256:${'0'.repeat(64)}`,
      ...value,
    };
    await appraiser.appraise(said);
    await sell(stage, `third party, ${mode}`, { product: `appraised-${mode}`, paid: 'appraised' });
  }
}

/** The same question once more: the stored answer costs nothing. */
async function again(stage: Stage): Promise<void> {
  stage.asked = 0;
  const { quote, order } = await sell(stage, 'the first one again', {
    product: 'per-use',
    paid: 'a stored answer is free',
  });
  if (quote.total !== '0' || order.captured !== '0') throw new Error('A stored answer was charged.');
}

async function closing(stage: Stage): Promise<MarketOutcome> {
  const { auditor, buyer, say, advance } = stage;
  const orders = (await buyer.orders()).items;
  for (let look = 0; look < 150; look += 1) {
    await advance();
    const { final, waiting } = await auditor.reconciliation();
    if (final > 0 && waiting === 0) break;
    await pause(200);
  }
  const books = await auditor.books();
  for (const { currency: code, sum, postings } of books.sums)
    say(`journal ${code}: ${postings} postings sum to ${sum}${books.zero ? '' : ', and something is adrift'}`);
  const invoice = await invoiced(stage);
  const statementLines = await stated(stage);
  const { unexplained, postings, final } = await auditor.reconciliation();
  const all =
    unexplained.length === 0 ? 'every posting has a receipt or a reason' : `without: ${unexplained.join(', ')}`;
  say(`${String(postings)} journal entries, ${String(final)} under a FINAL receipt: ${all}`);
  say(`${String(orders.length)} orders in all; sold in ${String(stage.sold.length)} ways`);
  return { sold: stage.sold, zero: books.zero, unexplained, invoice, statementLines };
}

/** A new invoice where something was charged since the last; told again without a sale, the last one. */
async function invoiced({ owner, buyer, parts, first, say, table }: Stage): Promise<string> {
  const asked = { seller: first.owner, buyer: parts.buyer, currency, zone: 'Asia/Shanghai' };
  const made = await owner.invoice(asked).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'INVOICE_EMPTY') return undefined;
    throw error;
  });
  const number = made?.number ?? (await lastInvoice(owner, asked.buyer));
  const { document } = await buyer.oneInvoice(first.owner, number);
  const page = await buyer.invoicePage(first.owner, number, 'zh');
  say(
    `invoice ${number} of ${first.owner} to ${parts.buyer} (the page to print has ${String(page.length)} characters)`,
  );
  table(
    ['', 'for', 'quantity', 'amount'],
    [
      ...document.lines.map((line) => [line.type, line.text.en, line.quantity, inWords(line.minor)]),
      ['', 'total', '', inWords(document.total)],
    ],
  );
  return number;
}

async function lastInvoice(owner: Market, buyer: string): Promise<string> {
  const items = (await owner.invoices()).items as unknown as { number: string; buyer: string; kind: string }[];
  return items.find((each) => each.buyer === buyer && each.kind === 'invoice')?.number ?? '';
}

const SHOWN = 12;

/** Both owners' statements: every share with its rule, what it follows from, and the ledger height that proves it. */
async function stated({ owner, otherOwner, first, second, say, table }: Stage): Promise<number> {
  let lines = 0;
  for (const [market, who] of [
    [owner, first.owner],
    [otherOwner, second.owner],
  ] as const) {
    const statement = await market.statement();
    lines += statement.lines.length;
    say(`statement of ${who}: ${String(statement.lines.length)} shares, of which the first`);
    table(...statementTable(statement.lines.slice(0, SHOWN)));
    for (const { why, amount, currency: code } of statement.totals) say(`  ${who}, ${why}: ${amount} ${code}`);
  }
  return lines;
}
