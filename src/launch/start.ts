// npm start: the exchange on one machine, told as a story, with real programs behind every sentence. --once stops after it.
import 'reflect-metadata';
import pc from 'picocolors';
import type { Json } from '../domain/canonical';
import { templateId } from '../domain/templates';
import { type Offer, owners } from './samples/offers';
import { setUp } from './set-up';
import { paidQuestion } from './stories/paid';
import { answered, type DeskAnswer, DeskClient, final, SEARCHER, showAnswer } from './story';
import { Terminal } from './terminal';
import type { Town } from './town';

const terminal = new Terminal();

async function main(): Promise<void> {
  const once = process.argv.includes('--once');
  const begun = performance.now();
  terminal.title('Aggregora: organisations trade answers, not data');
  const { town, all } = await setUp(terminal);
  try {
    await terminal.step(`the desk of ${SEARCHER} opens: its keys never leave it`, () => town.start('desk'));
    const desk = new DeskClient(town);
    await ask(desk, all);
    await paidQuestion(terminal, town, all, desk);
    terminal.line(`\n${pc.green('Done')} in ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
    if (!once) await stay(town);
  } finally {
    await town.stop();
  }
}

interface Question {
  readonly name: string;
  readonly repositories: readonly string[];
  readonly parameters: Record<string, Json>;
}

const questions: readonly Question[] = [
  { name: 'minutes-by-purpose', repositories: ['north-trips'], parameters: {} },
  { name: 'wage-by-gender', repositories: ['cps-1985'], parameters: {} },
  { name: 'flight-delays', repositories: ['us-flights'], parameters: { origin: 'SEA' } },
  { name: 'trips-by-mode', repositories: ['north-trips', 'south-trips'], parameters: { purpose: 'work' } },
];

async function ask(desk: DeskClient, all: readonly Offer[]): Promise<void> {
  const groups: string[] = [];
  for (const { name, repositories, parameters } of questions) {
    const template = all.flatMap(({ templates }) => templates).find((one) => one.name === name);
    if (template === undefined) throw new Error(`No template is called ${name}.`);
    terminal.title(`${SEARCHER} asks ${repositories.join(' and ')}: ${template.title.en}`);
    const { group } = await desk.ask(templateId(template), repositories, parameters);
    const answer = await terminal.step('a safe answer came back, and both sides computed the same hash', () =>
      desk.until(group, answered),
    );
    const refused = answer.records.find(({ refusal }) => refusal !== null);
    if (refused?.refusal)
      throw new Error(`${refused.repository} refused: ${refused.refusal.code} ${refused.refusal.title.en}`);
    groups.push(group);
    if (answer.combined === null) showAnswer(terminal, answer.records[0]?.answer ?? null);
    else {
      terminal.note(`the total of ${String(answer.records.length)} repositories:`);
      showAnswer(terminal, answer.combined);
    }
  }
  await prove(desk, groups);
}

async function prove(desk: DeskClient, groups: readonly string[]): Promise<void> {
  terminal.title('Receipts: anchored by both sides, checked by the auditor');
  const rows: string[][] = [];
  for (const group of groups) {
    const done = await terminal.step('both Merkle batches are anchored on the ledger; the receipts are FINAL', () =>
      desk.until(group, final),
    );
    for (const record of done.records) {
      const verdict = await desk.call<{ code: number; checks: readonly { holds: boolean }[] }>(
        `/desk/verify/${record.xid}`,
        {},
      );
      if (verdict.code !== 0)
        throw new Error(`The evidence of ${record.xid} does not verify: exit code ${String(verdict.code)}.`);
      rows.push([
        record.repository,
        `${record.e?.slice(0, 16) ?? ''}…`,
        record.state,
        placeOf(record.anchors.own),
        placeOf(record.anchors.owner),
        `evidence verified (${String(verdict.checks.length)} checks)`,
      ]);
    }
  }
  terminal.table(
    ['repository', 'hash of both sides', 'receipt', 'searcher’s anchor', 'owner’s anchor', 'auditor, offline'],
    rows,
  );
}

/** Block and, on Fabric, the transaction: `block 41 · 9f3c…`. */
function placeOf(anchor: DeskAnswer['records'][number]['anchors']['own' | 'owner']): string {
  const block = `block ${String(anchor?.height ?? '?')}`;
  return anchor?.tx === undefined ? block : `${block}\ntx ${anchor.tx.slice(0, 16)}…`;
}

async function stay(town: Town): Promise<void> {
  const code = town.deskCode('desk');
  terminal.title('The exchange stays up');
  terminal.table(
    ['', 'address'],
    [
      [
        'console, signed in at the desk of city-planning',
        `${town.exchangeUrl}/#desk=${encodeURIComponent(town.deskUrl)}&code=${code}`,
      ],
      ['API', `${town.exchangeUrl}/docs`],
      ['access code of the desk', code],
      ...owners.map((owner) => [`desk code of ${owner} at ${town.dataEndUrl(owner)}`, town.deskCode(owner)]),
      ['everything it keeps', town.home.folder],
    ],
  );
  terminal.line('Press Ctrl+C to stop.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    terminal.line(`\n${pc.red('It did not work:')} ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
