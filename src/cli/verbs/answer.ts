// answer list | show: what was asked before, and what came back.
import type { Command } from 'commander';
import { answered, stopped, until } from '../asking/until';
import type { Verb } from '../program';
import type { Session } from '../session';
import { showGroup } from '../show/answers';
import { groupNamed } from './groups';

export function answerVerbs(root: Command, verb: Verb): void {
  const answer = root.command('answer').description('questions asked before');
  answer
    .command('list')
    .description('the last ones first')
    .option('--limit <n>', 'how many', '20')
    .action(verb((session, { limit }: { limit: string }) => list(session, Number(limit))));
  answer
    .command('show')
    .description('one question’s answers')
    .argument('[group]', 'number of the question, or an exchange id; left out: the last')
    .option('--wait <seconds>', 'go on with it where it stopped, and wait this long for its answer', '0')
    .action(verb((session, given: string | undefined, wish: { wait: string }) => one(session, given, wish)));
}

async function list(session: Session, limit: number): Promise<void> {
  const { show } = session;
  const asker = await session.asker();
  try {
    const items = await asker.list(limit);
    const names = await namesOf(session, new Set(items.map(({ template }) => template)));
    show.result({ items }, () => {
      show.table(
        [show.word('group'), show.word('at'), show.word('template'), show.word('repository'), show.word('state')],
        items.map(({ group, at, template, repositories, state, fit }) => [
          group,
          new Date(at).toISOString().slice(0, 19).replace('T', ' '),
          show.paint.cyan(names.get(template) ?? template.slice(0, 19)),
          repositories.join(', '),
          fit === undefined ? state : `${state} · ${show.word('roundOf')} ${fit.slice(-12)}`,
        ]),
      );
    });
  } finally {
    await asker.close();
  }
}

/** Names are a kindness: without the exchange, ids do. */
async function namesOf({ catalogue }: Session, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    [...ids].map(async (id) => {
      const name = await catalogue.template(id).then(
        ({ document }) => document.name,
        () => undefined,
      );
      return name === undefined ? [] : [[id, name] as const];
    }),
  );
  return new Map(found.flat());
}

async function one(session: Session, given: string | undefined, { wait }: { wait: string }): Promise<void> {
  const { show } = session;
  const asker = await session.asker();
  try {
    const group = await groupNamed(asker, given);
    const clock = { now: session.io.now, patienceMs: 1000 * Number(wait) };
    const view =
      clock.patienceMs === 0
        ? await asker.one(group)
        : await show.waiting(show.word('asking'), () =>
            until(
              asker,
              group,
              (seen) => answered(seen) || stopped(seen),
              () => undefined,
              clock,
            ),
          );
    show.result(view, () => showGroup(show, view));
  } finally {
    await asker.close();
  }
}
