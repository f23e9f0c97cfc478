// invoice, statement, value, and the money desk: what was paid, to whom, and why.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { act, jsonFile, moneyOf, type Open } from './context';
import { invoice, invoices, statement } from './shown';

export function moneyVerbs(root: Command, open: Open): void {
  const papers = root.command('invoice').description('what was charged, on paper');
  papers.command('list').action(act(open, (market) => market.invoices(), invoices));
  papers
    .command('issue')
    .description('over every charge that has no invoice yet')
    .requiredOption('--seller <participant>')
    .requiredOption('--buyer <participant>')
    .option('--currency <code>', 'ISO 4217', 'CNY')
    .option('--zone <zone>', 'IANA time zone of the page', 'UTC')
    .action(
      act(
        open,
        (market, _session, it: { seller: string; buyer: string; currency: string; zone: string }) => market.invoice(it),
        invoice,
      ),
    );
  papers
    .command('page')
    .description('the page to print, as an HTML file')
    .argument('<seller>')
    .argument('<number>')
    .argument('<file>')
    .action(
      act(open, async (market, { settings }, seller: string, number: string, file: string) => {
        writeFileSync(file, await market.invoicePage(seller, number, settings.lang));
        return { written: file };
      }),
    );
  root
    .command('statement')
    .description('your payout lines: rule, version, inputs, ledger position')
    .action(act(open, (market) => market.statement(), statement));
  root
    .command('balance')
    .description('what you can spend and what is held')
    .action(act(open, (market) => market.balance()));
  deskVerbs(root, open);
  root
    .command('value')
    .description('value a data asset: cost, income, market, ahp, entropy, grey, black-scholes, binomial, waterfall')
    .argument('<file>', 'JSON with model and inputs')
    .action(act(open, (market, _session, file: string) => market.value(jsonFile(file))));
}

function deskVerbs(root: Command, open: Open): void {
  const money = root.command('money').description('the operator’s and the auditor’s desk');
  money
    .command('record')
    .description('a payment that arrived; the same id again changes nothing')
    .argument('<id>')
    .argument('<buyer>')
    .argument('<money>')
    .action(
      act(open, (market, _session, id: string, buyer: string, text: string) =>
        market.recordPayment({ id, buyer, money: moneyOf(text) }),
      ),
    );
  money
    .command('pay-out')
    .argument('<owner>')
    .argument('<money>')
    .argument('<key>', 'idempotency key')
    .action(
      act(open, (market, _session, owner: string, text: string, key: string) =>
        market.payOut(owner, moneyOf(text), key),
      ),
    );
  money
    .command('books')
    .description('zero per currency, or what is adrift')
    .action(act(open, (market) => market.books()));
  money
    .command('segments')
    .description('differential prices: how often each segment was used, and for how much')
    .action(act(open, (market) => market.segments()));
  money
    .command('export')
    .description('orders, charges, invoices, payouts (yours), or journal (auditors), as .csv or .json')
    .argument('<kind>')
    .argument('<file>', 'ending in .csv or .json')
    .action(
      act(open, async (market, session, kind: string, file: string) => {
        session.save(file, await market.file(kind, file.endsWith('.json') ? 'json' : 'csv'));
        return { written: file };
      }),
    );
  money
    .command('reconcile')
    .description('every posting with its receipt or its reason')
    .action(act(open, (market) => market.reconciliation()));
}
