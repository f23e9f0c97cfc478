// evidence save: one file that proves one exchange record offline, with the parts open that you choose.
import type { Command } from 'commander';
import { partNames, type PartName } from '../../domain/receipts';
import { final, until } from '../asking/until';
import { UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';
import { groupNamed, recordIn } from './groups';

interface Wish {
  readonly open: string;
  readonly output?: string;
  readonly wait: string;
}

export function evidenceVerbs(root: Command, verb: Verb): void {
  root
    .command('evidence')
    .description('files that prove exchange records')
    .command('save')
    .description('save the evidence of one exchange record; waits until its receipt is final')
    .argument('[xid]', 'exchange id, or number of a question with one record; left out: the last')
    .option('--open <parts>', `everything, nothing, or some of ${partNames.join(',')}`, 'everything')
    .option('-o, --output <file>', 'left out: evidence-XID.json')
    .option('--wait <seconds>', 'how long to wait for the receipt', '60')
    .action(verb((session, given: string | undefined, wish: Wish) => save(session, given, wish)));
}

async function save(session: Session, given: string | undefined, wish: Wish): Promise<void> {
  const { show } = session;
  const open = openedBy(wish.open);
  const asker = await session.asker();
  try {
    const group = await groupNamed(asker, given);
    const clock = { now: session.io.now, patienceMs: 1000 * Number(wish.wait) };
    const view = await show.waiting(show.word('waitingFinal'), () =>
      until(asker, group, final, () => undefined, clock),
    );
    const { xid } = recordIn(view, given);
    const bytes = await asker.evidence(xid, open);
    const file = wish.output ?? `evidence-${xid}.json`;
    session.save(file, bytes);
    show.result({ xid, file, bytes: bytes.length }, () => show.good(`${file} (${String(bytes.length)} B)`));
  } finally {
    await asker.close();
  }
}

export function openedBy(given: string): readonly PartName[] | 'everything' {
  if (given === 'everything') return given;
  const parts = given === 'nothing' ? [] : given.split(',');
  const known: readonly string[] = partNames;
  const foreign = parts.find((part) => !known.includes(part));
  if (foreign !== undefined)
    throw new UsageError(
      `There is no part ${foreign}. Parts: ${partNames.join(', ')}.`,
      `没有名为 ${foreign} 的部分。可选：${partNames.join('、')}。`,
    );
  return parts as PartName[];
}
