// `npm run simulate -- --kills 20 --seed 1`: kills real processes while questions are asked, and says whether every promise was kept.
import pc from 'picocolors';
import { type Check, checksOf } from './checks';
import { type KillRow, play } from './play';
import { digestOfSchedule, scheduleOf } from './schedule';
import { setStage } from './stage';
import { Watch } from './watch';

export interface Options {
  readonly kills?: number | boolean | string;
  readonly seed?: number | boolean | string;
  readonly questions?: number | boolean | string;
  /** Only the two districts: one process less, a faster start. */
  readonly small?: boolean;
  readonly quiet?: boolean;
  /** `fabric`: on a real Fabric network, whose programs are killed instead of the town's. */
  readonly ledger?: number | boolean | string;
  readonly json?: boolean | number | string;
}

export interface Report {
  readonly ok: boolean;
  readonly seed: number;
  /** Of the questions and kills drawn from the seed. */
  readonly schedule: string;
  readonly seconds: number;
  readonly kills: readonly KillRow[];
  readonly outcomes: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
}

const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

export async function run(options: Options): Promise<Report> {
  const begun = performance.now();
  const seed = number(options.seed, 1);
  const small = options.small === true;
  const repositories = ['north-trips', 'south-trips', ...(small ? [] : ['cps-1985'])];
  const say = options.quiet === true ? () => undefined : told;
  const announce = (what: string) => {
    say(0, 1, what);
  };
  const stage = await setStage(repositories, announce, options.ledger === 'fabric');
  try {
    const { town, owners, bookFile, fabric } = stage;
    const schedule = scheduleOf({
      seed,
      kills: number(options.kills, 20),
      questions: number(options.questions, 50),
      victims: fabric?.victims ?? ['postgres', 'exchange', ...owners, 'desk'],
      survey: !small,
    });
    const watch = new Watch(town, owners, bookFile);
    watch.start();
    const played = await play(stage, schedule, say);
    await watch.stop();
    const checks = [
      ...liveness(played),
      ...(await checksOf({ town, owners, bookFile, seen: watch.seen, onFabric: fabric !== undefined })),
    ];
    const ok = checks.every(({ holds }) => holds);
    if (!ok) process.stderr.write(`\nEverything is kept in ${town.home.folder} for a look.\n`);
    const outcomes = {
      questions: schedule.questions.length,
      answers: watch.seen.size,
      unrecorded: played.unrecorded.length,
    };
    const seconds = Math.round((performance.now() - begun) / 1000);
    await (ok ? stage.clear() : town.stop());
    return { ok, seed, schedule: digestOfSchedule(schedule), seconds, kills: played.kills, outcomes, checks };
  } catch (error) {
    await stage.town.stop();
    throw error;
  }
}

function liveness({ quiet, fell }: { quiet: boolean; fell: readonly string[] }): Check[] {
  return [
    {
      check: 'everything that was begun comes to its end',
      holds: quiet,
      counted: quiet ? 'quiet' : 'still moving after 240 s',
    },
    { check: 'no program fell that nobody killed', holds: fell.length === 0, counted: fell.join(', ') },
  ];
}

const WIDTH = 30;

function told(done: number, total: number, what: string): void {
  const full = Math.round((WIDTH * done) / total);
  const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
  const line = `  ${bar} ${String(done)}/${String(total)} ${pc.dim(what)}`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
}
