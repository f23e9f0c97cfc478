// product and plan: what an owner sells, at what price, and how the price could be gamed.
import type { Command } from 'commander';
import { act, jsonFile, type Open } from './context';
import { curve, products } from './shown';

export function sellerVerbs(root: Command, open: Open): void {
  const product = root.command('product').description('what is sold: register, price, share, list, withdraw');
  product
    .command('list')
    .description('listed products with their prices')
    .option('--repository <id>')
    .option('--template <id>')
    .option('--owner <participant>')
    .action(act(open, (market, _session, filter: Record<string, string>) => market.products(filter), products));
  product
    .command('show')
    .argument('<product>')
    .action(act(open, (market, _session, id: string) => market.product(id)));
  product
    .command('register')
    .description('a product document; you must hold the right to sell')
    .argument('<file>')
    .action(act(open, (market, _session, file: string) => market.register(jsonFile(file))));
  product
    .command('compliance')
    .description('every check with its result')
    .argument('<product>')
    .action(act(open, (market, _session, id: string) => market.compliance(id)));
  product
    .command('publish')
    .description('list it, once every check holds')
    .argument('<product>')
    .action(act(open, (market, _session, id: string) => market.list(id)));
  product
    .command('suspend')
    .argument('<product>')
    .action(act(open, (market, _session, id: string) => market.suspend(id)));
  product
    .command('withdraw')
    .description('for ever; agreements that exist go on')
    .argument('<product>')
    .action(act(open, (market, _session, id: string) => market.withdraw(id)));
  planVerbs(root, open);
}

function planVerbs(root: Command, open: Open): void {
  const plan = root.command('plan').description('price plans and how what is earned is shared');
  plan
    .command('set')
    .description('publish the next version of a price plan; an exploitable one is refused with the attack')
    .argument('<product>')
    .argument('<file>')
    .action(act(open, (market, _session, id: string, file: string) => market.price(id, jsonFile(file))));
  plan
    .command('share')
    .description('publish the next version of the split rule')
    .argument('<product>')
    .argument('<file>')
    .action(act(open, (market, _session, id: string, file: string) => market.share(id, jsonFile(file))));
  plan
    .command('check')
    .description('what a plan would earn and how it could be gamed; nothing is stored')
    .argument('<file>')
    .option('--buyers <count>', 'how many buyers', '10')
    .option('--runs <count>', 'questions of each', '10')
    .option('--rho <rho>', 'precision of each', '1/200')
    .action(
      act(open, (market, _session, file: string, it: { buyers: string; runs: string; rho: string }) =>
        market.outlook(jsonFile(file), { buyers: Number(it.buyers), runsPerBuyer: Number(it.runs), rho: it.rho }),
      ),
    );
  plan
    .command('curve')
    .description('price against the width of the answer’s interval')
    .argument('<product>')
    .option('--sensitivity <number>')
    .option('--rho <list>', 'comma-separated')
    .action(
      act(open, (market, _session, id: string, options: Record<string, string>) => market.curve(id, options), curve),
    );
}
