// ask: one question to one or several repositories; waits for safe answers, shows them with their intervals.
import { type Command, Option } from 'commander';
import type { GroupView } from '../../sdk';
import { alone, answered, final, stopped, until } from '../asking/until';
import { exits, UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';
import { showGroup } from '../show/answers';
import { logisticIn } from '../../domain/templates';
import { templateNamed } from './named';
import { collect, parametersOf } from './parameters';

type Mode = 'clear' | 'sealed' | 'shares' | 'homomorphic' | 'overlap';

interface Wish {
  readonly repository?: readonly string[];
  readonly param?: readonly string[];
  readonly purpose?: string;
  readonly direct?: boolean;
  readonly final?: boolean;
  readonly wait?: string;
  readonly mode?: Mode;
  readonly within?: string;
  readonly nodes?: string;
  readonly minRepositories?: string;
  readonly product?: readonly string[];
}

export function askVerb(root: Command, verb: Verb): void {
  root
    .command('ask')
    .description('ask a question; the answer spends privacy budget, a repeated question is free')
    .argument('<template>', 'id or name')
    .option('--repository <id>', 'whom to ask; repeatable, or several with commas', collect)
    .option('--param <name=value>', 'repeatable', collect)
    .option('--purpose <purpose>', 'left out: the template’s first')
    .option('--direct', 'straight to the data end, not through the exchange')
    .addOption(
      new Option(
        '--mode <mode>',
        'clear: each repository answers; sealed: only you can read it; shares, homomorphic: one sum, and nobody sees a part; overlap: how many are in both of two. Left out: overlap where the template asks for one, else clear',
      ).choices(['clear', 'sealed', 'shares', 'homomorphic', 'overlap']),
    )
    .option('--within <seconds>', 'confidential modes: who has not contributed by then is left out (60)')
    .option('--min-repositories <n>', 'confidential modes: fewest whose sum may be opened (3)')
    .option('--nodes <three>', 'confidential modes: three compute nodes, with commas; left out: the first that answer')
    .option(
      '--product <id>',
      'confidential modes: pay for a part by this product; repeatable, one a repository',
      collect,
    )
    .option('--final', 'wait until both sides have anchored the receipt')
    .option('--wait <seconds>', 'how long to wait (120; one sum 600; a fit by rounds 900)')
    .action(verb((session, template: string, wish: Wish) => ask(session, template, wish)));
}

async function ask(session: Session, given: string, wish: Wish): Promise<void> {
  const { show } = session;
  const { id, document } = await templateNamed(session, given);
  const repositories = (wish.repository ?? []).flatMap((one) => one.split(','));
  if (repositories.length === 0) await sayWhom(session, id);
  const asker = await session.asker();
  try {
    const asking = {
      template: id,
      repositories,
      parameters: parametersOf(document, wish.param),
      purpose: wish.purpose ?? document.purposes[0] ?? '',
    };
    const mode = wish.mode ?? (document.measures.some(({ of }) => of === 'overlap') ? 'overlap' : 'clear');
    const way = wayOf({ ...wish, mode });
    const group = await asker.ask({ ...asking, ...way });
    const rounds = 'mode' in way ? logisticIn(document)?.rounds : undefined;
    const usual = rounds === undefined ? ('mode' in way ? 600 : 120) : 900;
    const clock = { now: session.io.now, patienceMs: 1000 * Number(wish.wait ?? usual) };
    const what = `${show.word('asking')} ${repositories.join(', ')}`;
    const parts = ({ records, rounds: fit }: GroupView): number =>
      fit?.done ?? records.filter(({ status }) => status !== null).length;
    const view = await show.bar(what, rounds ?? repositories.length, (done) =>
      until(
        asker,
        group,
        (seen) => answered(seen) || stopped(seen),
        (seen) => done(parts(seen)),
        clock,
      ),
    );
    const shown =
      wish.final === true && !stopped(view)
        ? await show.waiting(show.word('waitingFinal'), () => until(asker, group, final, () => undefined, clock))
        : view;
    show.result(shown, () => showGroup(show, shown));
    session.finish(refused(shown) ? exits.REFUSED : exits.OK);
  } finally {
    await asker.close();
  }
}

export const refused = (view: GroupView): boolean =>
  alone(view) ? view.records.some(({ refusal }) => refusal !== null) : view.combined === null;

/** Straight or relayed in the clear; confidentially with the wishes that only then mean something. */
function wayOf({ mode, direct, within, minRepositories, nodes, product }: Wish & { readonly mode: Mode }) {
  if (mode === 'clear' || mode === 'sealed')
    return { ...(direct === true ? { direct: true } : {}), ...(mode === 'sealed' ? { sealed: true } : {}) };
  return {
    mode,
    ...(within === undefined ? {} : { withinMs: 1000 * Number(within) }),
    ...(minRepositories === undefined ? {} : { minRepositories: Number(minRepositories) }),
    ...(nodes === undefined ? {} : { nodes: nodes.split(',') }),
    ...(product === undefined ? {} : { products: product.flatMap((one) => one.split(',')) }),
  };
}

async function sayWhom({ catalogue }: Session, template: string): Promise<never> {
  const ids = (await catalogue.search({ template })).items.map(({ id }) => id).join(', ');
  throw new UsageError(
    `Say whom to ask: --repository ID. These have adopted the question: ${ids}.`,
    `请指明向谁提问：--repository 标识。已采用此问题的数据仓库：${ids}。`,
  );
}
