// quote, order and subscription: what a question costs, buying it, buying many.
import type { Command } from 'commander';
import type { JsonObject } from '../../domain/canonical';
import { type GroupView, type Market, type OrderEntry, type Purchase, type QuoteEntry, settledOrder } from '../../sdk';
import { answered, until } from '../asking/until';
import { exits, UsageError } from '../exits';
import type { Session } from '../session';
import { showGroup } from '../show/answers';
import { templateNamed } from '../verbs/named';
import { collect, parametersOf } from '../verbs/parameters';
import { act, type Open } from './context';
import { amountOf, facts, orders } from './shown';

interface Question {
  readonly template?: string;
  readonly purpose?: string;
  readonly param?: readonly string[];
  readonly wait?: string;
  readonly quote?: string;
}

export function buyerVerbs(root: Command, open: Open): void {
  asked(
    root.command('quote').description('what one question costs, bound until it expires').argument('<product>'),
  ).action(
    act(
      open,
      async (market, session, product: string, question: Question) =>
        market.quote(await wanted(market, session, product, question)),
      showQuote,
    ),
  );
  const order = root.command('order').description('paid questions');
  asked(order.command('ask').description('quote, pay, ask, and show the answer').argument('<product>'))
    .option('--quote <id>', 'one that was shown before; left out: a fresh one')
    .option('--wait <seconds>', 'how long to wait for the answer', '120')
    .action(act(open, ask, showBought));
  order.command('list').action(act(open, (market) => market.orders(), orders));
  order
    .command('show')
    .argument('<order>')
    .action(act(open, (market, _session, id: string) => market.oneOrder(id)));
  order
    .command('place')
    .description('hold the money for an exchange record that you will send yourself')
    .argument('<xid>')
    .argument('<quote>')
    .action(act(open, (market, _session, xid: string, quote: string) => market.order(xid, quote)));
  order
    .command('withdraw')
    .argument('<order>')
    .action(act(open, (market, _session, id: string) => market.withdrawOrder(id)));
  order
    .command('score')
    .description('0 to 1, once, where the plan is priced by feedback')
    .argument('<order>')
    .argument('<score>')
    .action(act(open, (market, _session, id: string, score: string) => market.score(id, score)));
  order
    .command('certificate')
    .description('the ledger evidence of all its steps')
    .argument('<order>')
    .action(act(open, (market, _session, id: string) => market.certificate(id)));
  subscriptionVerbs(root, open);
}

const asked = (command: Command): Command =>
  command
    .option('--template <id>', 'id or name; left out: the product’s first')
    .option('--purpose <purpose>', 'left out: the product’s first')
    .option('--param <name=value>', 'repeatable', collect);

/** The product's first template and purpose where none was named: most products have one. */
async function wanted(market: Market, session: Session, product: string, given: Question): Promise<Purchase> {
  const { document } = (await market.product(product)) as unknown as {
    document: { templates: string[]; purposes: string[] };
  };
  const { id, document: template } = await templateNamed(session, given.template ?? document.templates[0] ?? '');
  const parameters: JsonObject = parametersOf(template, given.param);
  return { product, template: id, parameters, purpose: given.purpose ?? document.purposes[0] ?? '' };
}

interface Bought {
  readonly order: OrderEntry;
  readonly question: GroupView;
}

/** Through the desk where one runs, because it alone writes in the book; else with the book in our own hand. */
async function ask(market: Market, session: Session, product: string, given: Question): Promise<Bought> {
  const patienceMs = 1000 * Number(given.wait ?? 120);
  if (Number.isNaN(patienceMs)) throw new UsageError('--wait takes seconds.', '--wait 以秒为单位。');
  const purchase = await wanted(market, session, product, given);
  const asker = await session.asker();
  try {
    const { xid, group } = await asker.buy({
      ...purchase,
      ...(given.quote === undefined ? {} : { quote: given.quote }),
    });
    const clock = { now: session.io.now, patienceMs };
    const question = await session.show.waiting(session.show.word('asking'), () =>
      until(asker, group, answered, () => undefined, clock),
    );
    if (question.records.some(({ refusal }) => refusal !== null)) session.finish(exits.REFUSED);
    return { order: await settledOrder(market, xid), question };
  } finally {
    await asker.close();
  }
}

function showBought(session: Session, { order, question }: Bought): void {
  showGroup(session.show, question);
  const captured = order.captured === null ? 'held' : 'paid';
  facts(session.show, {
    order: order.id,
    state: order.state,
    [captured]: amountOf(order.captured ?? order.held, order.currency),
  });
}

function showQuote({ show, settings }: Session, quote: QuoteEntry): void {
  show.table(
    ['', 'what', 'quantity', 'amount'],
    quote.lines.map((line) => [line.type, line.what, line.quantity, amountOf(line.minor, quote.currency)]),
  );
  facts(show, {
    price: `${quote.amount} ${quote.currency}`,
    held: amountOf(quote.hold, quote.currency),
    rho: quote.rho,
    until: new Date(quote.validUntil).toLocaleString(settings.lang === 'zh' ? 'zh-CN' : 'en-GB'),
    quote: quote.id,
  });
}

function subscriptionVerbs(root: Command, open: Open): void {
  const subscription = root.command('subscription').description('rights by period');
  subscription.command('list').action(act(open, (market) => market.subscriptions()));
  subscription
    .command('start')
    .argument('<product>')
    .option('--zone <zone>', 'IANA time zone in which the periods end', 'UTC')
    .option('--key <key>', 'idempotency key: the same again is the same subscription')
    .action(
      act(open, (market, _session, product: string, { zone, key }: { zone: string; key?: string }) =>
        market.subscribe(product, zone, key),
      ),
    );
  subscription
    .command('change')
    .description('to the product’s present plan: dearer now, cheaper at the period’s end')
    .argument('<subscription>')
    .action(act(open, (market, _session, id: string) => market.changeSubscription(id)));
  subscription
    .command('cancel')
    .description('at the period’s end')
    .argument('<subscription>')
    .action(act(open, (market, _session, id: string) => market.cancelSubscription(id)));
}
