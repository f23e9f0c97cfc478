// receipt show: how far each record of a question has come: the hash of both sides, and both anchors on the ledger.
import type { Command } from 'commander';
import { final, until } from '../asking/until';
import type { Verb } from '../program';
import type { Session } from '../session';
import { groupNamed } from './groups';

interface Wish {
  readonly final?: boolean;
  readonly wait: string;
}

export function receiptVerbs(root: Command, verb: Verb): void {
  root
    .command('receipt')
    .description('receipts of exchange records')
    .command('show')
    .description('states and anchors of one question’s records')
    .argument('[group]', 'number of the question, or an exchange id; left out: the last')
    .option('--final', 'wait until both sides have anchored')
    .option('--wait <seconds>', 'how long to wait', '60')
    .action(verb((session, given: string | undefined, wish: Wish) => one(session, given, wish)));
}

async function one(session: Session, given: string | undefined, wish: Wish): Promise<void> {
  const { show } = session;
  const asker = await session.asker();
  try {
    const group = await groupNamed(asker, given);
    const clock = { now: session.io.now, patienceMs: 1000 * Number(wish.wait) };
    const view =
      wish.final === true
        ? await show.waiting(show.word('waitingFinal'), () => until(asker, group, final, () => undefined, clock))
        : await asker.one(group);
    const records = view.records.map(({ xid, repository, state, e, anchors }) => ({
      xid,
      repository,
      state,
      e,
      anchors,
    }));
    show.result({ group, records }, () => {
      for (const { xid, repository, state, e, anchors } of records) {
        show.title(repository);
        show.facts([
          [show.word('exchangeId'), xid],
          [show.word('receipt'), state === 'FINAL' ? show.paint.green(state) : state],
          [show.word('hash'), e ?? '–'],
          [
            show.word('ownAnchor'),
            anchors.own === null
              ? '–'
              : `#${String(anchors.own.seq)}, ${show.word('height')} ${String(anchors.own.height ?? '–')}`,
          ],
          [show.word('ownerAnchor'), anchors.owner === null ? '–' : `#${String(anchors.owner.seq)}`],
        ]);
      }
    });
  } finally {
    await asker.close();
  }
}
