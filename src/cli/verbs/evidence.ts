// evidence save: one file that proves one exchange record offline, with the parts open that you choose.
import { type Command, Option } from 'commander';
import { partNames, type PartName } from '../../domain/receipts';
import { seedsUnder, transcriptIn, withSeeds } from '../../sdk';
import type { Asker } from '../asking/asker';
import { alone, final, until } from '../asking/until';
import { UsageError } from '../exits';
import type { Verb } from '../program';
import type { Session } from '../session';
import { groupNamed, recordIn } from './groups';

interface Wish {
  readonly open: string;
  readonly output?: string;
  readonly wait: string;
  readonly level: 'A' | 'B';
}
interface SeedWish {
  readonly appointment: string;
  readonly output?: string;
}

export function evidenceVerbs(root: Command, verb: Verb): void {
  const evidence = root.command('evidence').description('files that prove exchange records and confidential sums');
  evidence
    .command('save')
    .description(
      'save the evidence of one exchange record (waits until its receipt is final), or of a confidential sum',
    )
    .argument('[xid]', 'exchange id, or number of a confidential question or one with one record; left out: the last')
    .addOption(
      new Option('--level <level>', 'of a confidential sum: A for anyone, B with the answer')
        .choices(['A', 'B'])
        .default('B'),
    )
    .option('--open <parts>', `everything, nothing, or some of ${partNames.join(',')}`, 'everything')
    .option('-o, --output <file>', 'left out: evidence-XID.json')
    .option('--wait <seconds>', 'how long to wait for the receipt', '60')
    .action(verb((session, given: string | undefined, wish: Wish) => save(session, given, wish)));
  evidence
    .command('seeds')
    .description('auditors: add what each compute node’s noise came from, under an appointment on the ledger (level C)')
    .argument('<file>', 'evidence of a confidential sum, level A or B')
    .requiredOption('--appointment <id>', 'your appointment')
    .option('-o, --output <file>', 'left out: FILE with -C before its ending')
    .action(verb((session, file: string, wish: SeedWish) => seeds(session, file, wish)));
}

async function seeds(session: Session, file: string, { appointment, output }: SeedWish): Promise<void> {
  const { show } = session;
  const bytes = session.readBytes(file);
  const given = await seedsUnder(appointment, transcriptIn(bytes), (node) => session.ofNode(node));
  const to = output ?? file.replace(/(\.json)?$/, '-C.json');
  const with3 = withSeeds(bytes, given);
  session.save(to, with3);
  show.result({ file: to, bytes: with3.length }, () => show.good(`${to} (${String(with3.length)} B)`));
}

async function save(session: Session, given: string | undefined, wish: Wish): Promise<void> {
  const { show } = session;
  const open = openedBy(wish.open);
  const asker = await session.asker();
  try {
    const group = await groupNamed(asker, given);
    const clock = { now: session.io.now, patienceMs: 1000 * Number(wish.wait) };
    if (given === undefined || given === group) {
      if (!alone(await asker.one(group))) {
        await saveSum(session, asker, group, wish);
        return;
      }
    }
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

async function saveSum(session: Session, asker: Asker, group: string, { level, output }: Wish): Promise<void> {
  const { show } = session;
  const bytes = await asker.confidentialEvidence(group, level);
  const file = output ?? `confidential-${level}-${group}.json`;
  session.save(file, bytes);
  show.result({ group, level, file, bytes: bytes.length }, () => show.good(`${file} (${String(bytes.length)} B)`));
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
