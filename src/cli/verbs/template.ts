// template list | show | preview | check | write | review: the questions that can be asked, and how new ones come to be.
import type { Command } from 'commander';
import { DataElement, elementId } from '../../domain/elements';
import {
  bind,
  checkTemplate,
  describe,
  sumsPlan,
  preview,
  readTemplate,
  sampleParameters,
  templateId,
} from '../../domain/templates';
import type { Json } from '../../domain/canonical';
import { draftAndSubmit, elementDocument, signedReview, type ReviewVerdict } from '../../sdk';
import { UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';
import { parameterDomain } from '../show/domains';
import { templateNamed } from './named';
import { collect, parametersOf } from './parameters';

export function templateVerbs(root: Command, verb: Verb): void {
  const template = root.command('template').description('published questions');
  template
    .command('list')
    .description('templates of one state')
    .option('--state <state>', 'approved, in-review, submitted, draft, withdrawn', 'approved')
    .option('--element <id>')
    .action(verb((session, filters: Record<string, string>) => list(session, filters)));
  template
    .command('show')
    .description('one template: the question in words, parameters, cost, reviews')
    .argument('<template>', 'id or name')
    .action(verb((session, given: string) => one(session, given)));
  template
    .command('preview')
    .description('what an answer would look like, on synthetic rows: touches no data, costs nothing')
    .argument('<template>', 'id or name')
    .option('--param <name=value>', 'repeatable', collect)
    .action(verb((session, given: string, { param }: { param?: string[] }) => previewed(session, given, param)));
  template
    .command('check')
    .description('check a template file against its data element, without sending anything')
    .argument('<file>')
    .option('--element <file>', 'a data element, or an offer that holds one')
    .action(verb((session, file: string, { element }: { element?: string }) => check(session, file, element)));
  template
    .command('write')
    .description('send a template as draft and submit it to the reviewers')
    .argument('<file>')
    .option('--element <file>', 'a data element, or an offer that holds one: fills in the element’s id')
    .action(verb((session, file: string, { element }: { element?: string }) => write(session, file, element)));
  template
    .command('review')
    .description('sign a review with your receipt key')
    .argument('<template>', 'id or name')
    .option('--approve')
    .option('--reject')
    .requiredOption('--comment <text>', 'what you looked at, and why')
    .action(verb((session, given: string, said: Said) => review(session, given, said)));
}

async function list(session: Session, filters: Readonly<Record<string, string>>): Promise<void> {
  const { show, catalogue } = session;
  const items = await catalogue.templates(filters);
  show.result({ items }, () => {
    show.table(
      [show.word('name'), show.word('title'), 'rho', show.word('state'), show.word('author'), show.word('id')],
      items.map(({ id, document, state, author }) => [
        show.paint.cyan(`${document.name} ${document.version}`),
        show.say(document.title),
        document.privacy.rho,
        state,
        author,
        `${id.slice(0, 19)}…`,
      ]),
    );
  });
}

async function one(session: Session, given: string): Promise<void> {
  const { show, catalogue } = session;
  const template = await templateNamed(session, given);
  const { document, words, reviews = [] } = template;
  const { items } = await catalogue.search({ template: template.id });
  show.result({ ...template, repositories: items.map(({ id }) => id) }, () => {
    show.title(show.say(document.title));
    show.line(show.say(words ?? document.title));
    show.facts([
      [show.word('id'), template.id],
      [show.word('state'), template.state],
      [show.word('author'), template.author],
      [show.word('cost'), `rho ${document.privacy.rho}`],
      [show.word('purposes'), document.purposes.join(', ')],
      [show.word('repository'), items.map(({ id }) => id).join(', ')],
    ]);
    show.line();
    show.table(
      [show.word('parameter'), show.word('values'), ''],
      Object.entries(document.parameters).map(([name, parameter]) => [
        show.paint.cyan(name),
        parameterDomain(parameter),
        show.word(parameter.optional === true ? 'optional' : 'needed'),
      ]),
    );
    show.table(
      [show.word('reviewer'), show.word('verdict'), show.word('comment')],
      reviews.map(({ reviewer, verdict, comment }) => [reviewer, verdict, comment]),
    );
  });
}

async function previewed(session: Session, given: string, param: readonly string[] | undefined): Promise<void> {
  const { id, document } = await templateNamed(session, given);
  const shown = await session.catalogue.preview(id, parametersOf(document, param));
  showPreview(session, shown as unknown as Shown);
}

interface Shown {
  readonly words: { readonly en: string; readonly zh: string };
  readonly rho: string;
  readonly cells: readonly {
    readonly key: readonly string[];
    readonly values: Readonly<Record<string, string | null>>;
  }[];
}

function showPreview({ show }: Session, shown: Shown): void {
  const measures = Object.keys(shown.cells[0]?.values ?? {});
  show.result(shown, () => {
    show.title(show.say(shown.words));
    show.table(
      ['', ...measures],
      shown.cells.map(({ key, values }) => [key.join(' · '), ...measures.map((measure) => values[measure] ?? '–')]),
    );
    show.line(show.paint.dim(`${show.word('synthetic')} · ${show.word('cost')}: rho ${shown.rho}`));
  });
}

/** The file's document, with the element's id filled in where an element is at hand. */
async function documentIn(session: Session, file: string, elementFile: string | undefined) {
  const raw = session.readJson(file);
  const given = elementFile === undefined ? undefined : elementIn(session.readJson(elementFile));
  const document = readTemplate(given === undefined ? raw : { ...(raw as object), element: elementId(given) });
  return { document, element: given ?? (await elementDocument(session.open, document.element)) };
}

const elementIn = (value: unknown): DataElement =>
  DataElement.parse(value !== null && typeof value === 'object' && 'element' in value ? value.element : value);

async function check(session: Session, file: string, elementFile: string | undefined): Promise<void> {
  const { document, element } = await documentIn(session, file, elementFile);
  checkTemplate(document, element);
  const parameters = sampleParameters(document);
  const rows = preview(sumsPlan(document, element, bind(document, element, parameters)), element);
  const shown = {
    id: templateId(document),
    words: describe(document, element, parameters),
    rho: document.privacy.rho,
    ...rows,
  };
  showPreview(session, shown);
}

async function write(session: Session, file: string, elementFile: string | undefined): Promise<void> {
  const { document, element } = await documentIn(session, file, elementFile);
  checkTemplate(document, element);
  const written = await draftAndSubmit(session.signedIn, document as unknown as Json);
  const { show } = session;
  show.result({ id: written.id, state: written.state }, () => {
    show.good(`${document.name} ${document.version}: ${written.state}`);
    show.line(show.paint.dim(written.id));
  });
}

interface Said {
  readonly approve?: boolean;
  readonly reject?: boolean;
  readonly comment: string;
}

async function review(session: Session, given: string, { approve, reject, comment }: Said): Promise<void> {
  if ((approve === true) === (reject === true))
    throw new UsageError('Say either --approve or --reject.', '请指明 --approve 或 --reject 之一。');
  const { id, document } = await templateNamed(session, given);
  const verdict: ReviewVerdict = approve === true ? 'APPROVE' : 'REJECT';
  const statement = signedReview(session.keys, { template: id, verdict, comment }, session.io.now());
  const after = await session.signedIn.json<{ id: string; state: string }>(`/v1/templates/${id}/reviews`, {
    json: { statement },
  });
  const { show } = session;
  show.result({ id, state: after.state }, () => show.good(`${document.name}: ${verdict}, ${after.state}`));
}
