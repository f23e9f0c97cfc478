// participant apply | list | approve: joining an exchange with your own keys.
import type { Command } from 'commander';
import { type Role, roles } from '../../domain/identity';
import { approve, participants, signedApplication } from '../../sdk';
import { UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';

interface Wish {
  readonly name: string;
  readonly nameZh?: string;
  readonly organisation?: string;
  readonly role: string;
  readonly endpoint?: string;
}

export function participantVerbs(root: Command, verb: Verb): void {
  const participant = root.command('participant').description('organisations on the exchange');
  participant
    .command('apply')
    .description('apply with the keys of your key file; the operator approves')
    .requiredOption('--name <name>', 'how the organisation is called, in English')
    .option('--name-zh <name>', 'in Chinese')
    .requiredOption('--role <roles>', `one or several with commas: ${roles.join(', ')}`)
    .option('--organisation <id>', 'left out: the participant itself')
    .option('--endpoint <url>', 'an owner’s data end')
    .action(verb((session, wish: Wish) => apply(session, wish)));
  participant
    .command('list')
    .description('who is registered')
    .action(verb((session) => list(session)));
  participant
    .command('approve')
    .description('as the operator: record a participant on the ledger')
    .argument('<participant>')
    .action(verb((session, id: string) => approved(session, id)));
}

async function apply(session: Session, wish: Wish): Promise<void> {
  const { keys, open, show } = session;
  const body = signedApplication(keys, {
    name: { en: wish.name, zh: wish.nameZh ?? wish.name },
    organisation: wish.organisation ?? keys.participant,
    roles: rolesIn(wish.role),
    ...(wish.endpoint === undefined ? {} : { endpoint: wish.endpoint }),
  });
  const made = await open.json<{ id: string; state: string }>('/v1/participants', { json: body });
  show.result({ id: made.id, state: made.state }, () => show.good(`${made.id}: ${made.state}`));
}

function rolesIn(given: string): readonly Role[] {
  const known: readonly string[] = roles;
  const list = given.split(',');
  const foreign = list.find((one) => !known.includes(one));
  if (foreign !== undefined)
    throw new UsageError(
      `${foreign} is no role. Roles: ${roles.join(', ')}.`,
      `${foreign} 不是有效角色。可选：${roles.join('、')}。`,
    );
  return list as Role[];
}

async function list({ open, show }: Session): Promise<void> {
  const items = await participants(open);
  show.result({ items }, () => {
    show.table(
      [show.word('id'), show.word('name'), show.word('role'), show.word('organisation')],
      items.map(({ id, name, roles: held, organisation }) => [
        show.paint.cyan(id),
        show.say(name),
        held.join(', '),
        organisation,
      ]),
    );
  });
}

async function approved({ signedIn, show }: Session, id: string): Promise<void> {
  const done = await approve(signedIn, id);
  show.result({ id: done.id, state: done.state }, () => show.good(`${done.id}: ${done.state}`));
}
