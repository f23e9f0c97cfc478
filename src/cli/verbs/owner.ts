// owner offer | adopt | grant | revoke | accounts: an owner's work at its own data end, with that machine's desk code.
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Json } from '../../domain/canonical';
import { Permit, purposes } from '../../domain/permits';
import { UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';
import { templateNamed } from './named';
import { collect } from './parameters';
import { day } from './permit';

interface Where {
  readonly owner?: string;
  readonly dataEnd?: string;
  readonly code?: string;
}

const YEAR_MS = 365 * 86_400_000;

export function ownerVerbs(root: Command, verb: Verb): void {
  const owner = root.command('owner').description('your own data end: offer data, adopt questions, grant permits');
  const at = (name: string, description: string) =>
    owner
      .command(name)
      .description(description)
      .option('--owner <participant>', 'in a local town: whose data end')
      .option('--data-end <url>', 'address of your data end')
      .option('--code <code>', 'its desk code; better in AGGREGORA_OWNER_CODE');
  at('offer', 'connect a source and announce it: the file holds id, element, metadata, source')
    .argument('<file>')
    .action(verb((session, file: string, where: Where) => offer(session, file, where)));
  at('adopt', 'let a reviewed template run at a repository')
    .argument('<repository>')
    .argument('<template>', 'id or name')
    .action(
      verb((session, repository: string, template: string, where: Where) =>
        adopt(session, repository, template, where),
      ),
    );
  at('grant', 'grant a permit')
    .argument('<repository>')
    .argument('<template>', 'id or name')
    .requiredOption('--searcher <participant>')
    .option('--purpose <purpose>', 'repeatable; left out: the template’s', collect)
    .option('--until <date>', 'the day it ends; left out: a year from now')
    .option('--quota <n>', 'how many questions', '100')
    .option('--rho <fraction>', 'most privacy loss of all of them together', '1/16')
    .option('--priced', 'each question must be paid for, so none may come past the exchange')
    .option('--id <id>', 'left out: made of searcher, repository and template')
    .action(
      verb((session, repository: string, template: string, wish: Wish) => grant(session, repository, template, wish)),
    );
  at('revoke', 'take a permit back; from that block on it is worth nothing')
    .argument('<permit>')
    .action(verb((session, permit: string, where: Where) => revoke(session, permit, where)));
  at('accounts', 'what was spent and is held of privacy budget and quota').action(
    verb((session, where: Where) => accounts(session, where)),
  );
}

async function offer(session: Session, file: string, where: Where): Promise<void> {
  const { show } = session;
  const offering = withAbsoluteFiles(session.readJson(file), dirname(session.path(file)));
  const { desk } = session.owner(where);
  const done = await show.waiting(file, () => desk.offer(offering));
  show.result(done, () => show.good(`${done.id}: ${done.state}`));
}

/** The data end reads files by absolute path only; in the offer they stand relative to it. */
export function withAbsoluteFiles(offering: unknown, folder: string): Json {
  const { source, ...rest } = offering as { source?: Record<string, Json> };
  if (source === undefined) return rest;
  const absolute = Object.entries(source).map(([name, value]) => {
    const isPath = typeof value === 'string' && ['file', 'urlFile', 'folder'].includes(name);
    return [name, isPath ? resolve(folder, value) : value] as const;
  });
  return { ...rest, source: Object.fromEntries(absolute) };
}

async function adopt(session: Session, repository: string, given: string, where: Where): Promise<void> {
  const { show } = session;
  const { id, document } = await templateNamed(session, given);
  const { desk } = session.owner(where);
  const done = await show.waiting(repository, () => desk.adopt(repository, id));
  show.result(done, () => show.good(`${repository}: ${document.name} ${done.state}`));
}

interface Wish extends Where {
  readonly searcher: string;
  readonly purpose?: readonly string[];
  readonly until?: string;
  readonly quota: string;
  readonly rho: string;
  readonly id?: string;
  readonly priced?: true;
}

async function grant(session: Session, repository: string, given: string, wish: Wish): Promise<void> {
  const { show } = session;
  const { id: template, document } = await templateNamed(session, given);
  const { owner } = await session.catalogue.repository(repository);
  const permit = Permit.parse({
    schema: 'aggregora/permit/1',
    id: wish.id ?? `${repository}.${document.name}.${wish.searcher}`,
    version: 1,
    grantor: owner,
    searcher: wish.searcher,
    repository,
    template,
    purposes: wish.purpose === undefined ? document.purposes : purposesIn(wish.purpose),
    from: 0,
    until: untilOf(wish.until, session.io.now()),
    quota: Number(wish.quota),
    rho: wish.rho,
    ...(wish.priced === true ? { priced: true } : {}),
  });
  const { desk } = session.owner({ ...wish, owner: wish.owner ?? owner });
  const granted = await show.waiting(permit.id, () => desk.grant(permit));
  show.result(granted, () =>
    show.good(`${granted.id}: ${granted.searcher}, ${show.word('until')} ${day(granted.until)}, rho ${granted.rho}`),
  );
}

/** Whole days, so that granting the same twice on one day is the same permit. */
function untilOf(given: string | undefined, now: number): number {
  const at = Date.parse(`${given ?? day(now + YEAR_MS)}T00:00:00Z`);
  if (Number.isNaN(at)) throw new UsageError('Write --until as 2027-12-31.', '请将 --until 写成 2027-12-31 的形式。');
  return at;
}

function purposesIn(given: readonly string[]): readonly string[] {
  const known: readonly string[] = purposes;
  const list = given.flatMap((one) => one.split(','));
  const foreign = list.find((one) => !known.includes(one));
  if (foreign !== undefined)
    throw new UsageError(
      `${foreign} is no purpose. Purposes: ${purposes.join(', ')}.`,
      `${foreign} 不是有效用途。可选：${purposes.join('、')}。`,
    );
  return list;
}

async function revoke(session: Session, permit: string, where: Where): Promise<void> {
  const { show } = session;
  const done = await session.owner(where).desk.revoke(permit);
  show.result(done, () => show.good(`${done.id}: ${done.state}`));
}

async function accounts(session: Session, where: Where): Promise<void> {
  const { show } = session;
  const items = await session.owner(where).desk.accounts();
  show.result({ items }, () => {
    show.table(
      [show.word('account'), show.word('kind'), show.word('cap'), show.word('spent'), show.word('held')],
      items.map(({ id, kind, cap, spent, held }) => [show.paint.cyan(id), kind, cap, spent, held]),
    );
  });
}
