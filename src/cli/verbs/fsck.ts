// fsck: recomputes trees from what is stored and compares them with every anchor on the ledger; then the chain itself, where peers can be asked.
import type { Command } from 'commander';
import { checkUp, type CheckUp, sealedLeaves } from '../../sdk';
import type { Verb } from '../program';
import type { Session } from '../session';

interface Wish {
  readonly owner?: string;
  readonly dataEnd?: string;
  readonly code?: string;
}

export function fsckVerb(root: Command, verb: Verb): void {
  root
    .command('fsck')
    .description('is what you store what was anchored? exit code 1 when not')
    .option('--owner <participant>', 'in a local town: only this owner’s data end')
    .option('--data-end <url>', 'address of your data end')
    .option('--code <code>', 'its desk code; better in AGGREGORA_OWNER_CODE')
    .action(verb((session, wish: Wish) => fsck(session, wish)));
}

async function fsck(session: Session, wish: Wish): Promise<void> {
  const { show } = session;
  const found = await checked(session, wish);
  const clean = found.every(({ fault }) => fault === null);
  show.result({ clean, trees: found }, () => {
    show.table(
      ['', show.word('participant'), show.word('leaves'), show.word('anchors'), ''],
      found.map(({ participant, leaves, anchors, fault }) => [
        fault === null ? show.paint.green('✓') : show.paint.red('✗'),
        participant,
        String(leaves),
        String(anchors),
        fault ?? '',
      ]),
    );
    if (clean) show.good(show.word('clean'));
  });
  session.finish(clean ? 0 : 1);
}

/** A named data end alone; else our own book, and in a local town every owner's data end. */
async function checked(session: Session, wish: Wish): Promise<readonly CheckUp[]> {
  if (wish.owner !== undefined || wish.dataEnd !== undefined) return [await session.owner(wish).desk.fsck()];
  const { keys, bookFile, settings, ledger } = session;
  try {
    const own = await checkUp(ledger, keys.participant, sealedLeaves(bookFile));
    const owners = settings.town?.owners ?? [];
    return [own, ...(await Promise.all(owners.map((owner) => session.owner({ owner }).desk.fsck())))];
  } finally {
    await session.close();
  }
}
