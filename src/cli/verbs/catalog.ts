// catalog search | show: what can be asked about, and where.
import type { Command } from 'commander';
import type { Column, Metadata } from '../../domain/elements';
import { elementDocument, type RepositoryEntry } from '../../sdk';
import type { Verb } from '../program';
import type { Session } from '../session';
import { columnDomain } from '../show/domains';

interface Filters {
  readonly [name: string]: string | undefined;
  readonly template?: string;
}

export function catalogVerbs(root: Command, verb: Verb): void {
  const catalog = root.command('catalog').description('repositories on offer');
  catalog
    .command('search')
    .description('find repositories; every filter narrows the others')
    .argument('[words...]', 'words that must all occur')
    .option('--theme <theme>')
    .option('--place <place>')
    .option('--from <date>', 'data that reach to this day or later')
    .option('--to <date>', 'data that begin on this day or earlier')
    .option('--operation <measure>', 'such as count, mean, histogram')
    .option('--owner <participant>')
    .option('--element <id>')
    .option('--template <id>', 'only repositories that adopted it')
    .option('--limit <n>')
    .option('--after <id>', 'go on where the last page ended')
    .action(verb((session, given: string[], filters: Filters) => search(session, given, filters)));
  catalog
    .command('show')
    .description('one repository: metadata, columns with types and domains, adopted templates')
    .argument('<repository>')
    .action(verb((session, id: string) => one(session, id)));
}

async function search(session: Session, given: readonly string[], filters: Filters): Promise<void> {
  const { show, catalogue } = session;
  const named = Object.entries(filters).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const page = await catalogue.search({
    ...(given.length === 0 ? {} : { q: given.join(' ') }),
    ...Object.fromEntries(named),
  });
  show.result(page, () => {
    show.table(
      ['repository', 'owner', 'title', 'theme', 'place', 'time', 'rows'].map((key) => show.word(key as 'repository')),
      page.items.map(({ id, owner, metadata }) => [
        show.paint.cyan(id),
        owner,
        show.say(metadata.title),
        metadata.theme,
        metadata.place.name,
        `${metadata.time.from} – ${metadata.time.to}`,
        metadata.size,
      ]),
    );
    if (page.next !== null) show.line(`${show.word('more')} ${page.next}`);
  });
}

async function one(session: Session, id: string): Promise<void> {
  const { show, catalogue, open } = session;
  const repository = await catalogue.repository(id);
  const element = await elementDocument(open, repository.element);
  const adopted = await Promise.all(
    (repository.adoptions ?? []).map(async ({ template }) => catalogue.template(template)),
  );
  show.result({ ...repository, elementDocument: element }, () => {
    show.title(show.say(repository.metadata.title));
    show.line(show.say(repository.metadata.description));
    show.facts(factsOf(session, repository, repository.metadata));
    show.line();
    show.table(
      [show.word('column'), show.word('type'), show.word('domain'), show.word('sensitivity'), show.word('title')],
      element.columns.map((column: Column) => [
        column.name === element.unit.column ? `${column.name} (${element.unit.of})` : column.name,
        column.type,
        columnDomain(column),
        column.sensitivity,
        show.say(column.title),
      ]),
    );
    show.line();
    show.table(
      [show.word('templates'), show.word('question'), 'rho'],
      adopted.map(({ document }) => [show.paint.cyan(document.name), show.say(document.title), document.privacy.rho]),
    );
  });
}

function factsOf({ show }: Session, { id, owner, element, state }: RepositoryEntry, metadata: Metadata) {
  const facts: (readonly [string, string])[] = [
    [show.word('repository'), `${id} (${state})`],
    [show.word('owner'), owner],
    [show.word('theme'), metadata.theme],
    [show.word('place'), metadata.place.name],
    [show.word('time'), `${metadata.time.from} – ${metadata.time.to}`],
    [show.word('rows'), metadata.size],
    [show.word('rhythm'), metadata.rhythm],
    [show.word('operations'), metadata.operations.join(', ')],
    [show.word('licence'), metadata.licence],
    [show.word('element'), element],
  ];
  return metadata.synthetic ? [...facts, [show.word('synthetic'), '✓'] as const] : facts;
}
