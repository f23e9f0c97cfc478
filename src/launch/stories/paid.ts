// The end of the first story: one question is paid for, through the searcher's own desk, and its owner sees every share.
import { setTimeout as pause } from 'node:timers/promises';
import { amountText } from '../../domain/market/money';
import { templateId } from '../../domain/templates';
import { Market, type OrderEntry, type QuoteEntry } from '../../sdk';
import type { Offer } from '../samples/offers';
import { answered, clientOf, type DeskClient, SEARCHER, showAnswer } from '../story';
import type { Terminal } from '../terminal';
import { OPERATOR, type Town } from '../town';
import { currency, plan, shareRule, terms } from './market-plans';
import { holdingRight, listProduct, statementTable } from './products';

const REPOSITORY = 'north-trips';
const TEMPLATE = 'trips-by-mode';
const CREDIT = { amount: '100.00', currency };
/** Nobody asks this one before. */
const wanted = { parameters: { purpose: 'leisure', minAge: 20 }, purpose: 'research' } as const;

/** Told again, the same question is a stored answer and costs nothing; the statement stays. */
export async function paidQuestion(
  terminal: Terminal,
  town: Town,
  all: readonly Offer[],
  desk: DeskClient,
): Promise<void> {
  const offer = all.find(({ id }) => id === REPOSITORY);
  const document = offer?.templates.find(({ name }) => name === TEMPLATE);
  if (offer === undefined || document === undefined) throw new Error(`${REPOSITORY} does not adopt ${TEMPLATE}.`);
  const [seller, operator] = await Promise.all([offer.owner, OPERATOR].map((who) => marketOf(town, who)));
  if (seller === undefined || operator === undefined) throw new Error('Nobody is there to sell.');
  const template = templateId(document);

  terminal.title(`${offer.owner} sells: ${SEARCHER} pays for one question, and everybody sees why`);
  const product = await terminal.step(
    'a right on the ledger, a price, a rule for the shares: the product is listed',
    async () => {
      const ledger = await town.ledger(offer.owner);
      await holdingRight(seller, ledger, { owner: offer.owner, repository: REPOSITORY });
      await ledger.close();
      const price = plan('per-use', terms['per-use'] ?? {});
      const { purpose } = wanted;
      return listProduct(seller, {
        name: 'per-use',
        repository: REPOSITORY,
        template,
        purpose,
        plan: price,
        shareRule,
      });
    },
  );
  await terminal.step(
    `the operator records a payment of ${CREDIT.amount} ${currency}; recorded again it changes nothing`,
    () => operator.recordPayment({ id: `first-credit-${SEARCHER}`, buyer: SEARCHER, money: CREDIT }),
  );
  const asked = { product, template, ...wanted };
  const quote = await terminal.step('the desk asks what the question costs, before anything is spent', () =>
    desk.call<QuoteEntry>('/desk/market/quotes', asked),
  );
  terminal.note(
    `${quote.amount} ${currency} for rho ${quote.rho}${quote.total === '0' ? ': the answer is stored' : ''}`,
  );
  const { xid, group } = await terminal.step('money, quota and rho are held, then the question goes out', () =>
    desk.call<{ xid: string; group: string }>('/desk/purchases', { ...asked, quote: quote.id }),
  );
  const answer = await terminal.step('a safe answer came back', () => desk.until(group, answered));
  const refusal = answer.records[0]?.refusal;
  if (refusal) throw new Error(`${REPOSITORY} refused: ${refusal.code} ${refusal.title.en}`);
  showAnswer(terminal, answer.records[0]?.answer ?? null);
  await books(terminal, town, { seller, desk, xid, owner: offer.owner });
}

async function books(
  terminal: Terminal,
  town: Town,
  { seller, desk, xid, owner }: { seller: Market; desk: DeskClient; xid: string; owner: string },
): Promise<void> {
  const order = await settled(desk, xid);
  terminal.note(
    `order ${order.state}: ${amountText({ minor: BigInt(order.captured ?? '0'), currency })} ${currency} charged`,
  );
  const { lines, totals, own } = await terminal.step(
    'the receipt is FINAL, and the settlement of the shares is on the ledger',
    () => proven(seller, xid),
  );
  terminal.note(`statement of ${owner}${own.length === 0 ? ', from the first time' : ''}:`);
  terminal.table(...statementTable((own.length === 0 ? lines : own).slice(0, 8)));
  terminal.note(totals.map(({ why, amount, currency: code }) => `${why} ${amount} ${code}`).join(', '));
  const { sums, zero } = await (await marketOf(town, 'audit-office')).books();
  if (!zero) throw new Error('The journal does not close.');
  for (const { currency: code, sum, postings } of sums)
    terminal.note(`journal ${code}: ${postings} postings sum to ${sum}`);
}

const LOOKS = 300;

/** The owner's statement once the ledger proves the order's own lines; an order that cost nothing has none. */
async function proven(seller: Market, xid: string) {
  for (let look = 0; ; look += 1) {
    const { lines, totals } = await seller.statement();
    const own = lines.filter((line) => line['subject'] === xid);
    if (look === LOOKS || own.every((line) => line['ledger'] !== null)) return { lines, totals, own };
    await pause(200);
  }
}

/** The answer may be read a moment before the exchange has charged for it. */
async function settled(desk: DeskClient, xid: string): Promise<OrderEntry> {
  for (let look = 0; ; look += 1) {
    const order = await desk.call<OrderEntry>(`/desk/market/orders/${xid}`);
    if (order.outcome !== null || look === 100) return order;
    await pause(100);
  }
}

const marketOf = async (town: Town, who: string): Promise<Market> =>
  new Market(await clientOf(town, who), await town.keys(who));
