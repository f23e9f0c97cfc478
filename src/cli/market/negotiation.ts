// offer and auction: prices that are found, not listed.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { SealedBid } from '../../sdk';
import { act, instantOf, jsonFile, moneyOf, type Open } from './context';

export function negotiationVerbs(root: Command, open: Open): void {
  const offer = root.command('offer').description('bargaining: alternating offers by hash');
  offer.command('list').action(act(open, (market) => market.offers()));
  offer
    .command('show')
    .argument('<offer>')
    .action(act(open, (market, _session, id: string) => market.oneOffer(id)));
  offer
    .command('make')
    .argument('<product>')
    .argument('<money>', 'such as "12.50 CNY"')
    .option('--seconds <count>', 'how long it stays open')
    .action(
      act(open, (market, _session, product: string, money: string, { seconds }: { seconds?: string }) =>
        market.offer(product, moneyOf(money), seconds === undefined ? undefined : Number(seconds)),
      ),
    );
  offer
    .command('counter')
    .argument('<offer>')
    .argument('<hash>', 'of the offer that is answered')
    .argument('<money>')
    .action(
      act(open, (market, _session, id: string, hash: string, money: string) =>
        market.counter(id, hash, moneyOf(money)),
      ),
    );
  offer
    .command('accept')
    .argument('<offer>')
    .argument('<hash>')
    .action(act(open, (market, _session, id: string, hash: string) => market.accept(id, hash)));
  offer
    .command('decline')
    .argument('<offer>')
    .action(act(open, (market, _session, id: string) => market.decline(id)));
  auctionVerbs(root, open);
}

function auctionVerbs(root: Command, open: Open): void {
  const auction = root.command('auction').description('English, Dutch, sealed first and second price, uniform');
  auction.command('list').action(act(open, (market) => market.auctions()));
  auction
    .command('show')
    .argument('<auction>')
    .action(act(open, (market, _session, id: string) => market.auction(id)));
  auction
    .command('open')
    .argument('<product>')
    .argument('<opens>', 'ISO instant')
    .argument('<closes>', 'ISO instant')
    .action(
      act(open, (market, _session, product: string, opens: string, closes: string) =>
        market.openAuction(product, instantOf(opens), instantOf(closes)),
      ),
    );
  auction
    .command('deposit')
    .argument('<auction>')
    .action(act(open, (market, _session, id: string) => market.deposit(id)));
  auction
    .command('bid')
    .argument('<auction>')
    .argument('<money>')
    .action(act(open, (market, _session, id: string, money: string) => market.bid(id, moneyOf(money))));
  auction
    .command('seal')
    .description('commit to a bid on the ledger; the file is needed to reveal it')
    .argument('<auction>')
    .argument('<money>')
    .argument('<file>', 'where the opening is kept')
    .action(
      act(open, async (market, { ledger }, id: string, money: string, file: string) => {
        await market.seal(id, moneyOf(money), ledger, (bid) =>
          writeFileSync(file, JSON.stringify(bid), { mode: 0o600, flag: 'wx' }),
        );
        return { auction: id, sealed: true, keep: file };
      }),
    );
  auction
    .command('reveal')
    .argument('<file>', 'made by seal')
    .action(act(open, (market, _session, file: string) => market.reveal(jsonFile(file) as SealedBid)));
  auction
    .command('pay')
    .argument('<auction>')
    .action(act(open, (market, _session, id: string) => market.payAuction(id)));
  auction
    .command('advance')
    .description('one step by the clock')
    .argument('<auction>')
    .action(act(open, (market, _session, id: string) => market.advanceAuction(id)));
}
