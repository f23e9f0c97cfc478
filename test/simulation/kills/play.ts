// Asks the questions and kills the processes, each at its own pace; returns when all was asked, all are up again, and nothing moves any more.
import { setTimeout as pause } from 'node:timers/promises';
import { DeskClient } from '../../../src/launch/story';
import type { Town } from '../../../src/launch/town';
import { count, entriesOf, inFlight, progress } from './book';
import type { Asked, Kill, Schedule } from './schedule';
import type { Stage } from './stage';
import { rowsOf } from './watch';

export interface KillRow {
  readonly kill: number;
  readonly second: number;
  readonly what: string;
  readonly questions: number;
  readonly flight: string;
  readonly upAgain: number;
}

export interface Played {
  readonly kills: readonly KillRow[];
  /** Programs that ended although nobody killed them. */
  readonly fell: readonly string[];
  readonly quiet: boolean;
  /** Asked, but refused without a record: nothing was run. */
  readonly unrecorded: readonly string[];
}

const AT_ONCE = 4;
const LOOK_MS = 100;
const PATIENCE_MS = 120_000;
const QUIET_MS = 240_000;

export type Bar = (done: number, total: number, what: string) => void;

export async function play(stage: Stage, schedule: Schedule, bar: Bar): Promise<Played> {
  const { town, templates, bookFile, fabric } = stage;
  const begun = performance.now();
  const kills: KillRow[] = [];
  let asked = 0;
  let fallen = 0;
  const total = schedule.questions.length + schedule.kills.length;
  const told = (what: string) => {
    bar(asked + fallen, total, what);
  };
  const seconds = () => Number(((performance.now() - begun) / 1000).toFixed(1));

  const asking = async () => {
    for (const question of schedule.questions) {
      while (schedule.kills[fallen] !== undefined && (schedule.kills[fallen]?.afterQuestion ?? 0) < asked)
        await pause(LOOK_MS);
      while (count(progress(entriesOf(bookFile)), 'request', 'answer', 'ack') >= AT_ONCE) await pause(LOOK_MS);
      await ask(town, templates, question);
      asked += 1;
      told(question.kind);
    }
  };
  const killing = async (struck: (victim: string | undefined) => void) => {
    for (const [i, kill] of schedule.kills.entries()) {
      while (asked < kill.afterQuestion) await pause(20);
      await pause(kill.delayMs);
      const flight = inFlight(progress(entriesOf(bookFile)));
      const second = seconds();
      struck(kill.victim);
      await strike(stage, kill);
      fallen += 1;
      told(`kill −9 ${kill.victim}`);
      await pause(kill.downMs);
      await again(stage, kill.victim);
      struck(undefined);
      kills.push({ kill: i + 1, second, what: kill.victim, questions: asked, flight, upAgain: seconds() });
    }
  };
  let over = false;
  const fell: string[] = [];
  let down: string | undefined;
  const minding = async () => {
    while (!over) {
      for (const name of [...fallenOf(town), ...(fabric?.fallen() ?? [])])
        if (name !== down) {
          fell.push(name);
          await again(stage, name);
        }
      await pause(1_000);
    }
  };
  const minder = minding();
  await Promise.all([asking(), killing((victim) => (down = victim))]);
  const quiet = await settled(town, bookFile);
  over = true;
  await minder;
  return { kills, fell, quiet, unrecorded: await unrecorded(town, bookFile) };
}

/** Asked until the desk has it: the desk or what it needs may be down. A question that is asked twice so is a repeat. */
async function ask(town: Town, templates: ReadonlyMap<string, string>, question: Asked): Promise<void> {
  const { template, repositories, parameters } = question;
  await untilItWorks(() => new DeskClient(town).ask(templates.get(template) ?? '', repositories, parameters));
}

async function untilItWorks(act: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await pause(300);
  }
}

async function strike({ town, fabric }: Stage, { victim }: Kill): Promise<void> {
  if (fabric?.has(victim) === true) await fabric.kill(victim);
  else if (victim === 'postgres') process.kill(town.postgres.pid, 'SIGKILL');
  else town.programs.get(victim)?.process.kill('SIGKILL');
}

/** Up again, within two minutes: a program may fail to start while what it needs is down, as under any supervisor. */
async function again({ town, fabric }: Stage, victim: string): Promise<void> {
  await untilItWorks(() => (fabric?.has(victim) === true ? fabric.start(victim) : town.start(victim)));
}

/** The programs now on stage that are not running. */
function fallenOf(town: Town): string[] {
  return [...town.programs].flatMap(([name, { process: child }]) =>
    child.exitCode !== null || child.signalCode !== null ? [name] : [],
  );
}

/** Every record FINAL, or refused without one. */
async function settled(town: Town, bookFile: string): Promise<boolean> {
  const end = Date.now() + QUIET_MS;
  while (Date.now() < end) {
    const far = progress(entriesOf(bookFile));
    const open = [...far].filter(([, stage]) => stage !== 'final').map(([xid]) => xid);
    if (open.length === 0) return true;
    const stale = new Set<string>(await unrecorded(town, bookFile).catch(() => []));
    if (open.every((xid) => stale.has(xid))) return true;
    await pause(500);
  }
  return false;
}

async function unrecorded(town: Town, bookFile: string): Promise<string[]> {
  const sql = `SELECT xid FROM relayed_exchanges WHERE state = 'UNDELIVERABLE'`;
  const dead = new Set((await rowsOf<{ xid: string }>(town, 'exchange', sql)).map(({ xid }) => xid));
  return [...progress(entriesOf(bookFile))].flatMap(([xid, stage]) =>
    stage === 'request' && dead.has(xid) ? [xid] : [],
  );
}
