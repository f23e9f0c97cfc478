// One contract for the job queue, on PostgreSQL always and on a real Redis where there is one: at least once, once an id, retried, survives a killed worker.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../src/platform/postgres';
import { openQueue, openWorker, type JobWorker, type QueueSettings, VolatileRedis } from '../../src/platform/queue';
import { describeOr } from '../support/not-run';
import { freshDatabase, type FreshDatabase } from '../support/postgres';

interface Place {
  readonly settings: QueueSettings;
  close(): Promise<void>;
}

const QUIET = { onError: () => undefined };

async function until(true_: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  for (let waited = 0; !(await true_()); waited += 50) {
    if (waited > limitMs) throw new Error('It did not happen in time.');
    await wait(50);
  }
}

function describeQueue(open: () => Promise<Place>): void {
  let place: Place;
  let workers: JobWorker[] = [];
  const work = (
    name: string,
    handle: (data: { n: number }, id: string) => Promise<void>,
    concurrency = 4,
  ): JobWorker => {
    const worker = openWorker<{ n: number }>(name, place.settings, { concurrency, attempts: 5, ...QUIET }, handle);
    workers.push(worker);
    return worker;
  };
  beforeAll(async () => {
    place = await open();
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    workers = [];
  });
  afterAll(async () => {
    await place.close();
  });

  it('brings every job to a worker, also to one that comes later', async () => {
    const queue = await openQueue<{ n: number }>('all', place.settings);
    for (let n = 0; n < 50; n++) await queue.add(`job-${String(n)}`, { n });
    const seen = new Set<number>();
    work('all', async ({ n }) => {
      seen.add(n);
    });
    await until(() => seen.size === 50);
    await queue.close();
  });

  it('takes the same id twice as once, while it waits and after it is done', async () => {
    const queue = await openQueue<{ n: number }>('twice', place.settings);
    let runs = 0;
    await queue.add('same', { n: 1 });
    await queue.add('same', { n: 2 });
    work('twice', async () => {
      runs++;
    });
    await until(() => runs > 0);
    await wait(300);
    await queue.add('same', { n: 3 });
    await queue.add('other', { n: 4 });
    await until(() => runs >= 2);
    await wait(300);
    expect(runs).toBe(2);
    await queue.close();
  });

  it('brings a job back whose handler threw', async () => {
    const queue = await openQueue<{ n: number }>('again', place.settings);
    let tries = 0;
    work('again', async () => {
      tries++;
      if (tries < 3) throw new Error('not yet');
    });
    await queue.add('stubborn', { n: 1 });
    await until(() => tries === 3);
    await wait(200);
    expect(await queue.counts()).toMatchObject({ waiting: 0, active: 0, failed: 0 });
    await queue.close();
  });

  it('brings the job of a killed worker to another one', async () => {
    const queue = await openQueue<{ n: number }>('killed', place.settings);
    await queue.add('orphan', { n: 7 });
    const doomed = spawn(
      process.execPath,
      [
        '-r',
        '@swc-node/register',
        join(__dirname, '..', 'support', 'queue-victim.ts'),
        JSON.stringify(place.settings),
        'killed',
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(doomed.stdout, 'data'); // It has the job, and never finishes it.
    doomed.kill('SIGKILL');
    const seen: string[] = [];
    work('killed', async (_, id) => {
      seen.push(id);
    });
    await until(() => seen.length > 0, 90_000);
    expect(seen).toEqual(['orphan']);
    await queue.close();
  }, 120_000);
}

describe('the queue on PostgreSQL', () => {
  describeQueue(async () => {
    const fresh: FreshDatabase = await freshDatabase();
    return { settings: { databaseUrl: fresh.url }, close: () => fresh.drop() };
  });
});

async function startRedis(appendonly: 'yes' | 'no'): Promise<Place & { readonly child: ChildProcess }> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregora-redis-'));
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--appendonly', appendonly, '--save', '', '--dir', folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let log = '';
  child.stdout.on('data', (piece: Buffer) => (log += piece.toString()));
  await until(() => log.includes('Ready to accept connections'));
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { settings: { databaseUrl: '', redisUrl: `redis://127.0.0.1:${String(port)}` }, close, child };
}

const missing = spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'there is no redis-server on PATH';
describeOr(missing, 'the queue on Redis', 'install redis-server', () => {
  describeQueue(() => startRedis('yes'));

  it('refuses a Redis that would forget on a crash, unless told that jobs may be lost', async () => {
    const forgetful = await startRedis('no');
    await expect(openQueue('x', forgetful.settings)).rejects.toThrow(VolatileRedis);
    const queue = await openQueue('x', { ...forgetful.settings, allowVolatile: true });
    await queue.close();
    await forgetful.close();
  });
});
