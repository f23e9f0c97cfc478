// The market's verbs: product, plan, quote, order, offer, auction, subscription, invoice, statement, rights, value.
import type { Command } from 'commander';
import type { Open } from './context';
import { buyerVerbs } from './buyer';
import { moneyVerbs } from './money';
import { negotiationVerbs } from './negotiation';
import { rightsVerbs } from './rights';
import { sellerVerbs } from './seller';

/** Adds the verbs to a program. `open` is called when a verb runs, so that settings are read once and late. */
export function registerMarket(program: Command, open: Open): void {
  for (const group of [sellerVerbs, buyerVerbs, negotiationVerbs, moneyVerbs, rightsVerbs]) group(program, open);
}
