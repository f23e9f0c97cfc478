// permit list | request | requests: what you may ask, and asking for more.
import type { Command } from 'commander';
import type { Verb } from '../program';
import type { Session } from '../session';
import { templateNamed } from './named';

export function permitVerbs(root: Command, verb: Verb): void {
  const permit = root.command('permit').description('owners’ grants');
  permit
    .command('list')
    .description('permits you hold, or granted as an owner')
    .option('--repository <id>')
    .action(verb((session, filters: Record<string, string>) => list(session, filters)));
  permit
    .command('request')
    .description('ask an owner for a permit')
    .requiredOption('--repository <id>')
    .requiredOption('--template <template>', 'id or name')
    .requiredOption('--purpose <purpose>')
    .action(verb((session, wish: Wish) => request(session, wish)));
  permit
    .command('requests')
    .description('requests you made, or that wait for you as an owner')
    .action(verb((session) => requests(session)));
}

interface Wish {
  readonly repository: string;
  readonly template: string;
  readonly purpose: string;
}

/** A time far off reads best as a day. */
export const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

async function list(session: Session, filters: Readonly<Record<string, string>>): Promise<void> {
  const { show, ownCatalogue } = session;
  const items = await ownCatalogue.permits(filters);
  show.result({ items }, () => {
    show.table(
      [
        show.word('permit'),
        show.word('searcher'),
        show.word('purposes'),
        show.word('until'),
        show.word('quota'),
        'rho',
        show.word('state'),
      ],
      items.map(({ id, searcher, state, document }) => [
        show.paint.cyan(id),
        searcher,
        document.purposes.join(', '),
        day(document.until),
        String(document.quota),
        document.rho,
        state,
      ]),
    );
  });
}

async function request(session: Session, { repository, template, purpose }: Wish): Promise<void> {
  const { show } = session;
  const { id } = await templateNamed(session, template);
  const made = await session.ownCatalogue.requestPermit({ repository, template: id, purpose });
  show.result(made, () => show.good(`${show.word('permit')}: ${made.state} (${made.id})`));
}

async function requests(session: Session): Promise<void> {
  const { show, ownCatalogue } = session;
  const items = await ownCatalogue.permitRequests();
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  show.result({ items }, () => {
    show.table(
      [
        show.word('searcher'),
        show.word('repository'),
        show.word('template'),
        show.word('purpose'),
        show.word('state'),
        show.word('permit'),
      ],
      items.map((one) => [
        text(one['searcher']),
        text(one['repository']),
        `${text(one['template']).slice(0, 19)}…`,
        text(one['purpose']),
        text(one['state']),
        text(one['permit']),
      ]),
    );
  });
}
