// `npm run bench -- exchange --json`: whole exchanges M1–M4, durable on both sides, beside a signed echo with one durable row in the same run.
import { readFileSync } from 'node:fs';
import type { Json } from '../../../src/domain/canonical';
import { SEARCHER } from '../../../src/launch/story';
import { Office } from '../../../src/sdk/office';
import { type Stage, setStage } from '../../simulation/kills/stage';
import { startEcho } from './echo';

export interface Options {
  readonly json?: boolean | number | string;
  /** Repeated questions a row. */
  readonly repeats?: boolean | number | string;
}

export interface Figures {
  readonly exchanges: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** CPU time of all Node programs together, PostgreSQL not counted. */
  readonly cpuMsEach: number;
  /** Rate of the signed echo at the same concurrency over this rate: how many echoes one exchange costs. */
  readonly echoes: number;
}

export interface Row {
  readonly name: string;
  readonly figures: Figures;
}

const LEVELS = [1, 8, 32] as const;
/** New questions at each level; a permit's rho pays for 25 in each of two repositories. */
const NEW = { 1: 4, 8: 8, 32: 12 } as const;
const ECHOES = 200;

export async function run(options: Options): Promise<readonly Row[]> {
  const repeats = typeof options.repeats === 'number' ? options.repeats : 64;
  const stage = await setStage(['north-trips', 'south-trips'], (what) => process.stderr.write(`  ${what} …\n`));
  try {
    await stage.town.programs.get('desk')?.stop(); // One book at a time.
    return await measured(stage, repeats);
  } finally {
    await stage.clear();
  }
}

async function measured(stage: Stage, repeats: number): Promise<Row[]> {
  const rows: Row[] = [];
  const echo = await startEcho(stage.town.postgres.url(), await stage.town.keys(SEARCHER));
  const base = new Map<number, number>();
  for (const level of LEVELS) {
    const figures = await timed(
      stage,
      level,
      Array.from({ length: ECHOES }, () => () => echo.call()),
      0,
    );
    base.set(level, figures.perSecond);
    rows.push({ name: `signed echo, one durable row, ${String(level)} at once`, figures: { ...figures, echoes: 1 } });
  }
  await echo.close();
  const fresh = freshQuestions();
  for (const direct of [true, false]) {
    const office = await officeOf(stage, direct);
    const ask = (repository: string, parameters: Record<string, Json>) => () =>
      office.ask({
        template: stage.templates.get('trips-by-mode') ?? '',
        repositories: [repository],
        parameters,
        purpose: 'research',
      });
    await ask('north-trips', {})(); // Tokens, certificates, sources: opened once, not measured.
    await ask('south-trips', {})();
    for (const level of LEVELS) {
      const path = `${direct ? 'direct' : 'relayed'}, ${String(level)} at once`;
      const asked = fresh.splice(0, NEW[level]).map(([repository, parameters]) => ask(repository, parameters));
      const again = Array.from({ length: level === 1 ? repeats / 2 : repeats }, (_, i) =>
        ask(i % 2 === 0 ? 'north-trips' : 'south-trips', {}),
      );
      const echoRate = base.get(level) ?? 0;
      rows.push({ name: `new question, ${path}`, figures: await timed(stage, level, asked, echoRate) });
      rows.push({ name: `stored answer, ${path}`, figures: await timed(stage, level, again, echoRate) });
    }
    office.close();
  }
  return rows;
}

async function officeOf({ town }: Stage, direct: boolean): Promise<Office> {
  const bookFile = town.home.at('books', `bench-${direct ? 'direct' : 'relayed'}.jsonl`);
  return new Office({ exchangeUrl: town.exchangeUrl, keys: await town.keys(SEARCHER), bookFile, direct });
}

/** Distinct questions, the two repositories in turn. */
function freshQuestions(): [string, Record<string, Json>][] {
  const purposes = ['work', 'school', 'shopping', 'care', 'leisure'];
  return Array.from({ length: 48 }, (_, i) => {
    const k = i >> 1;
    return [i % 2 === 0 ? 'north-trips' : 'south-trips', { minAge: 10 * (k % 6), purpose: purposes[k % 5] ?? 'work' }];
  });
}

async function timed(
  stage: Stage,
  level: number,
  work: readonly (() => Promise<unknown>)[],
  echoRate: number,
): Promise<Figures> {
  const waits: number[] = [];
  const queue = work.values();
  const worker = async () => {
    for (const one of queue) {
      const begun = performance.now();
      await one();
      waits.push(performance.now() - begun);
    }
  };
  const cpu = cpuMs(stage);
  const begun = performance.now();
  await Promise.all(Array.from({ length: level }, worker));
  const wallMs = performance.now() - begun;
  waits.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(10 * (waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0)) / 10;
  const perSecond = (1000 * work.length) / wallMs;
  return {
    exchanges: work.length,
    perSecond: Number(perSecond.toPrecision(3)),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    cpuMsEach: Number(((cpuMs(stage) - cpu) / work.length).toPrecision(3)),
    echoes: Number((echoRate / perSecond).toPrecision(3)),
  };
}

/** Of this process and every program of the town; from /proc in ticks of 10 ms, zero where there is no /proc. */
function cpuMs({ town }: Stage): number {
  const { user, system } = process.cpuUsage();
  const programs = [...town.programs.values()].map(({ process: child }) => ticksOf(child.pid ?? 0) * 10);
  return (user + system) / 1000 + programs.reduce((sum, ms) => sum + ms, 0);
}

function ticksOf(pid: number): number {
  try {
    const line = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
