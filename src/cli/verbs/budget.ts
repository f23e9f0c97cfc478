// budget: what is left to you under each permit, as the data ends say.
import type { Command } from 'commander';
import type { Verb } from '../program';
import type { Session } from '../session';

export function budgetVerb(root: Command, verb: Verb): void {
  root
    .command('budget')
    .description('privacy budget and questions left')
    .argument('[permit]', 'left out: every permit you hold')
    .option('--repository <id>', 'only permits of this repository')
    .action(
      verb((session, permit: string | undefined, filters: Record<string, string>) => budget(session, permit, filters)),
    );
}

async function budget(
  session: Session,
  permit: string | undefined,
  filters: Readonly<Record<string, string>>,
): Promise<void> {
  const { show, ownCatalogue } = session;
  const ids = permit === undefined ? await held(session, filters) : [permit];
  const items = await show.waiting(show.word('rhoLeft'), () =>
    Promise.all(ids.map(async (id) => ({ permit: id, ...(await ownCatalogue.budget(id)) }))),
  );
  show.result({ items }, () => {
    show.table(
      [show.word('permit'), show.word('rhoLeft'), show.word('permitRhoLeft'), show.word('questionsLeft')],
      items.map(({ permit: id, rho, permitRho, questions }) => [show.paint.cyan(id), rho, permitRho, questions]),
    );
  });
}

async function held(
  { ownCatalogue, keys }: Session,
  filters: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const permits = await ownCatalogue.permits(filters);
  return permits
    .filter(({ searcher, state }) => searcher === keys.participant && state === 'granted')
    .map(({ id }) => id);
}
