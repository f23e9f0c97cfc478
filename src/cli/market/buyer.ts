// quote, order and subscription: what a question costs, buying it, buying many.
import type { Command } from 'commander';
import { buy, type Market } from '../../sdk/market';
import { UsageError } from '../exits';
import { collect, parametersOf } from './asking';
import { act, type MarketContext, type Open } from './context';

interface Question {
  readonly template: string;
  readonly purpose: string;
  readonly param?: string[];
}

export function buyerVerbs(root: Command, open: Open): void {
  asked(
    root.command('quote').description('what one question costs, bound until it expires').argument('<product>'),
  ).action(
    act(open, (market, _context, product: string, { template, purpose, param }: Question) =>
      market.quote({ product, template, purpose, parameters: parametersOf(param) }),
    ),
  );
  const order = root.command('order').description('paid questions');
  asked(order.command('ask').description('quote, pay, ask, and show the answer').argument('<product>')).action(
    act(open, ask),
  );
  order.command('list').action(act(open, (market) => market.orders()));
  order
    .command('show')
    .argument('<order>')
    .action(act(open, (market, _context, id: string) => market.oneOrder(id)));
  order
    .command('place')
    .description('hold the money for an exchange record that you will send yourself')
    .argument('<xid>')
    .argument('<quote>')
    .action(act(open, (market, _context, xid: string, quote: string) => market.order(xid, quote)));
  order
    .command('withdraw')
    .argument('<order>')
    .action(act(open, (market, _context, id: string) => market.withdrawOrder(id)));
  order
    .command('score')
    .description('0 to 1, once, where the plan is priced by feedback')
    .argument('<order>')
    .argument('<score>')
    .action(act(open, (market, _context, id: string, score: string) => market.score(id, score)));
  order
    .command('certificate')
    .description('the ledger evidence of all its steps')
    .argument('<order>')
    .action(act(open, (market, _context, id: string) => market.certificate(id)));
  subscriptionVerbs(root, open);
}

const asked = (command: Command): Command =>
  command
    .requiredOption('--template <id>')
    .option('--purpose <purpose>', 'one the product names', 'research')
    .option('--param <name=value>', 'repeatable', collect);

async function ask(market: Market, context: MarketContext, product: string, question: Question): Promise<unknown> {
  if (context.asking === undefined)
    throw new UsageError('Give --book FILE: the answer is kept there.', '请给出 --book 文件：答案保存在其中。');
  const { template, purpose, param } = question;
  const { repository } = (await market.product(product)) as { repository: string };
  const asking = await context.asking();
  try {
    const place = await asking.placeFor(repository, template, purpose);
    const parameters = parametersOf(param);
    const bought = await buy(market, asking.searcher, { product, repository, template, purpose, parameters, ...place });
    const { quote, xid, order, opened } = bought;
    return { xid, price: `${quote.amount} ${quote.currency}`, order, answer: opened.answer };
  } finally {
    asking.close();
  }
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
      act(open, (market, _context, product: string, { zone, key }: { zone: string; key?: string }) =>
        market.subscribe(product, zone, key),
      ),
    );
  subscription
    .command('change')
    .description('to the product’s present plan: dearer now, cheaper at the period’s end')
    .argument('<subscription>')
    .action(act(open, (market, _context, id: string) => market.changeSubscription(id)));
  subscription
    .command('cancel')
    .description('at the period’s end')
    .argument('<subscription>')
    .action(act(open, (market, _context, id: string) => market.cancelSubscription(id)));
}
